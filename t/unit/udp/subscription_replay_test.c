/* SPDX-License-Identifier: BSD-2-Clause */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "signed_fixture.h"
#include "udp/subscription_replay.h"

Suite *subscription_replay_suite(void);

#define T 1000000	/* seconds */
#define ADD SUBSCRIPTION_ADD
#define REMOVE SUBSCRIPTION_REMOVE

static struct shared_region region;
static struct subscription_replay guard;
static struct subscription_replay_now now = { T, 100 };

static void own_region(void)
{
	ck_assert(shared_table_own(&region));
	ck_assert(subscription_replay_open(&guard, &region, "S", 1000));
}

static void open_guard(void)
{
	ck_assert(shared_region_open(&region, "test", 64 << 20));
	ck_assert(shared_table_prepare(&region));
	own_region();
}

/* Of the node at that address. `load` makes two with one stamp differ. */
static struct subscription *announce(const char *address, uint64_t stamp, unsigned load,
				     enum subscription_command command)
{
	static struct signed_datagram d;

	begin_datagram(&d, slice_of("k"), address);
	add_number(&d, "load", load);
	add_number(&d, "unix", stamp);
	add_pair(&d, slice_of("sign"), slice_of("not looked at"));
	end_datagram(&d, command);
	return &d.parsed;
}

static enum subscription_fresh check(const struct subscription *a)
{
	return subscription_replay_check(&guard, a, now);
}

static enum subscription_fresh take(const struct subscription *a)
{
	enum subscription_fresh fresh = check(a);

	if (fresh == REPLAY_FRESH)
		ck_assert(subscription_replay_accept(&guard, a, now));
	return fresh;
}

static enum subscription_fresh subscribe(uint64_t stamp)
{
	return take(announce("10.0.0.1:1", stamp, 0, ADD));
}

static enum subscription_fresh unsubscribe(uint64_t stamp)
{
	return take(announce("10.0.0.1:1", stamp, 0, REMOVE));
}

static enum subscription_fresh clear(uint64_t stamp, unsigned load)
{
	struct subscription *a = announce("10.0.0.1:1", stamp, load, ADD);

	a->clear = 1;
	return take(a);
}

START_TEST(an_instance_lives_and_is_restarted)
{
	open_guard();
	ck_assert_int_eq(subscribe(T), REPLAY_FRESH);
	ck_assert_int_eq(subscribe(T + 1), REPLAY_FRESH);
	ck_assert_int_eq(subscribe(T + 10), REPLAY_FRESH);
	/* it ends at T + 10, and the next one begins in the same second, or in the next */
	ck_assert_int_eq(unsubscribe(T + 11), REPLAY_FRESH);
	ck_assert_int_eq(subscribe(T + 10), REPLAY_COPY);
	/* these bytes are those of the withdrawal; if its load had changed, they were not */
	ck_assert_int_eq(subscribe(T + 11), REPLAY_OTHER_COMMAND);
	ck_assert_int_eq(check(announce("10.0.0.1:1", T + 11, 1, ADD)), REPLAY_FRESH);
	ck_assert_int_eq(subscribe(T + 12), REPLAY_FRESH);
	ck_assert_uint_eq(subscription_replay_count(&guard), 1);
}
END_TEST

START_TEST(a_restart_within_the_second_of_the_withdrawal_is_accepted)
{
	open_guard();
	ck_assert_int_eq(subscribe(T), REPLAY_FRESH);
	ck_assert_int_eq(unsubscribe(T + 5), REPLAY_FRESH);
	ck_assert_int_eq(subscribe(T + 3), REPLAY_OLD_STAMP);
	ck_assert_int_eq(subscribe(T + 4), REPLAY_FRESH);
}
END_TEST

START_TEST(copies_are_told_from_replays)
{
	open_guard();
	ck_assert_int_eq(subscribe(T), REPLAY_FRESH);
	ck_assert_int_eq(subscribe(T), REPLAY_COPY);
	ck_assert_int_eq(take(announce("10.0.0.1:1", T, 7, ADD)), REPLAY_OLD_STAMP);
	ck_assert_int_eq(subscribe(T + 10), REPLAY_FRESH);
	ck_assert_int_eq(unsubscribe(T + 11), REPLAY_FRESH);
	/* the second path is later by two datagrams */
	ck_assert_int_eq(subscribe(T + 10), REPLAY_COPY);
	ck_assert_int_eq(unsubscribe(T + 11), REPLAY_COPY);
	ck_assert_int_eq(subscribe(T + 20), REPLAY_FRESH);
	ck_assert_int_eq(subscribe(T + 30), REPLAY_FRESH);
	ck_assert_int_eq(subscribe(T + 10), REPLAY_OLD_STAMP);
}
END_TEST

START_TEST(a_copy_may_be_signed_once_more)
{
	struct subscription *a = announce("10.0.0.1:1", T, 0, ADD);

	open_guard();
	ck_assert_int_eq(take(a), REPLAY_FRESH);
	a->sign = slice_of("another one");
	ck_assert_int_eq(check(a), REPLAY_COPY);
}
END_TEST

START_TEST(nothing_is_accepted_twice)
{
	open_guard();
	for (unsigned i = 0; i < 50; i += 2) {
		ck_assert_int_eq(subscribe(T + i), REPLAY_FRESH);
		if (i % 4 == 0)
			ck_assert_int_eq(unsubscribe(T + i + 1), REPLAY_FRESH);
		for (unsigned j = 0; j <= i; j++) {
			ck_assert_int_ne(subscribe(T + j), REPLAY_FRESH);
			ck_assert_int_ne(unsubscribe(T + j), REPLAY_FRESH);
		}
	}
}
END_TEST

START_TEST(the_command_of_a_captured_datagram_cannot_be_changed)
{
	open_guard();
	ck_assert_int_eq(subscribe(T), REPLAY_FRESH);
	ck_assert_int_eq(unsubscribe(T), REPLAY_OLD_STAMP);
	ck_assert_int_eq(unsubscribe(T + 5), REPLAY_FRESH);
	/* the stamp of a withdrawal would do for a subscription */
	ck_assert_int_eq(subscribe(T + 5), REPLAY_OTHER_COMMAND);
	/* the instance starts within that second and ends again, at once */
	ck_assert_int_eq(take(announce("10.0.0.1:1", T + 4, 1, ADD)), REPLAY_FRESH);
	ck_assert_int_eq(take(announce("10.0.0.1:1", T + 6, 1, REMOVE)), REPLAY_FRESH);
	ck_assert_int_eq(subscribe(T + 5), REPLAY_OTHER_COMMAND);
	ck_assert_int_eq(take(announce("10.0.0.1:1", T + 6, 1, ADD)), REPLAY_OTHER_COMMAND);
	ck_assert_int_eq(take(announce("10.0.0.1:1", T + 6, 2, ADD)), REPLAY_FRESH);
}
END_TEST

/* Histories of three withdrawals with or without announcements between them. */
START_TEST(no_withdrawal_becomes_a_subscription)
{
	open_guard();
	subscription_replay_limit(&guard, 1 << 13);
	for (unsigned bits = 0; bits < 1 << 13; bits++) {
		unsigned stamp[3] = { T, T + (bits & 3), T + (bits >> 2 & 7) };
		unsigned between[2] = { T + (bits >> 5 & 7), T + (bits >> 8 & 7) };
		bool accepted[3];
		char address[20];

		snprintf(address, sizeof(address), "%u", bits);
		for (unsigned i = 0; i < 3; i++) {
			accepted[i] = take(announce(address, stamp[i], 10 + i, REMOVE)) ==
				      REPLAY_FRESH;
			if (i < 2 && bits >> (11 + i) & 1)
				(void)take(announce(address, between[i], 20 + i, ADD));
		}
		for (unsigned i = 0; i < 3; i++) {
			if (accepted[i] &&
			    check(announce(address, stamp[i], 10 + i, ADD)) == REPLAY_FRESH)
				ck_abort_msg("history %u: %u", bits, i);
		}
	}
}
END_TEST

START_TEST(clear_may_have_the_stamp_of_the_announcement)
{
	open_guard();
	ck_assert_int_eq(subscribe(T), REPLAY_FRESH);
	ck_assert_int_eq(clear(T, 1), REPLAY_FRESH);
	ck_assert_int_eq(clear(T, 1), REPLAY_COPY);
	ck_assert_int_eq(clear(T, 2), REPLAY_OLD_STAMP);
	ck_assert_int_eq(subscribe(T), REPLAY_COPY);
	ck_assert_int_eq(subscribe(T + 1), REPLAY_FRESH);
	ck_assert_int_eq(clear(T - 1, 1), REPLAY_OLD_STAMP);
}
END_TEST

START_TEST(stamps_are_bounded_on_both_sides)
{
	open_guard();
	ck_assert_int_eq(subscribe(T - 101), REPLAY_TOO_OLD);
	ck_assert_int_eq(subscribe(0), REPLAY_TOO_OLD);
	ck_assert_int_eq(subscribe(T + 101), REPLAY_TOO_NEW);
	ck_assert_int_eq(subscribe(999999999999999999), REPLAY_TOO_NEW);
	ck_assert_int_eq(subscribe(T - 100), REPLAY_FRESH);
	ck_assert_int_eq(subscribe(T + 100), REPLAY_FRESH);
	now.tolerance = UINT64_MAX;
	ck_assert_int_eq(take(announce("b", 1, 0, ADD)), REPLAY_FRESH);
	ck_assert_int_eq(take(announce("b", 999999999999999999, 0, ADD)), REPLAY_FRESH);
}
END_TEST

START_TEST(addresses_are_apart)
{
	open_guard();
	ck_assert_int_eq(subscribe(T), REPLAY_FRESH);
	ck_assert_int_eq(take(announce("10.0.0.2:1", T, 0, ADD)), REPLAY_FRESH);
	ck_assert_uint_eq(subscription_replay_count(&guard), 2);
}
END_TEST

START_TEST(what_is_tolerated_is_never_forgotten)
{
	open_guard();
	ck_assert_int_eq(subscribe(T), REPLAY_FRESH);
	now.seconds = T + 100;
	subscription_replay_expire(&guard, now, 1000);
	ck_assert_uint_eq(subscription_replay_count(&guard), 1);
	ck_assert_int_eq(subscribe(T), REPLAY_COPY);
	now.seconds = T + 101;
	subscription_replay_expire(&guard, now, 1000);
	ck_assert_uint_eq(subscription_replay_count(&guard), 0);
	ck_assert_int_eq(subscribe(T), REPLAY_TOO_OLD);
	/* neither a tolerance that grows nor a clock that is set back makes it fresh */
	now.tolerance = 1000;
	ck_assert_int_eq(subscribe(T), REPLAY_TOO_OLD);
	now.seconds = T + 50;
	ck_assert_int_eq(subscribe(T), REPLAY_TOO_OLD);
	ck_assert_int_eq(subscribe(T + 50), REPLAY_FRESH);
}
END_TEST

START_TEST(a_clock_that_was_wrong_locks_nobody_out)
{
	open_guard();
	now.seconds = T + 1000000;
	ck_assert_int_eq(subscribe(now.seconds), REPLAY_FRESH);
	subscription_replay_expire(&guard, now, 1000);
	now.seconds = T;
	ck_assert_int_eq(subscribe(T), REPLAY_FRESH);
	ck_assert_int_eq(subscribe(T), REPLAY_COPY);
	subscription_replay_expire(&guard, now, 1000);
	ck_assert_int_eq(subscribe(T + 1), REPLAY_FRESH);
	ck_assert_uint_eq(subscription_replay_count(&guard), 1);
}
END_TEST

static unsigned fill(unsigned count, uint64_t stamp)
{
	unsigned fresh = 0;
	char address[20];

	for (unsigned i = 0; i < count; i++) {
		snprintf(address, sizeof(address), "10.%u.%u:1", i / 256, i % 256);
		fresh += take(announce(address, stamp, 0, ADD)) == REPLAY_FRESH;
	}
	return fresh;
}

START_TEST(when_it_is_full_new_addresses_are_refused)
{
	open_guard();
	ck_assert_uint_eq(fill(1200, T), 1000);
	ck_assert_int_eq(subscribe(T), REPLAY_FULL);
	ck_assert_int_eq(check(announce("10.0.0:1", T + 1, 0, ADD)), REPLAY_FRESH);
	ck_assert(!subscription_replay_accept(&guard, announce("new", T, 0, ADD), now));
	/* no call but those of the datagrams: those that are too old make way */
	now.seconds = T + 101;
	ck_assert_uint_ge(fill(1000, T + 101), 990);
	ck_assert_uint_le(subscription_replay_count(&guard), 1000);
	/* a limit that is made smaller forgets nothing */
	subscription_replay_limit(&guard, 10);
	ck_assert_uint_gt(subscription_replay_count(&guard), 900);
	ck_assert_int_eq(take(announce("yet another", T + 101, 0, ADD)), REPLAY_FULL);
	ck_assert_int_eq(take(announce("10.0.0:1", T + 102, 0, ADD)), REPLAY_FRESH);
}
END_TEST

START_TEST(no_memory_refuses)
{
	unsigned fresh;

	ck_assert(shared_region_open(&region, "test", 1 << 20));
	ck_assert(shared_table_prepare(&region));
	own_region();
	subscription_replay_limit(&guard, 1000000);
	for (fresh = 0; fresh < 100000; fresh++) {
		char address[20];

		snprintf(address, sizeof(address), "%u", fresh);
		if (!subscription_replay_accept(&guard, announce(address, T, 0, ADD), now))
			break;
	}
	ck_assert_uint_gt(fresh, 100);
	ck_assert_uint_lt(fresh, 100000);
	/* none was lost for it */
	ck_assert_uint_eq(subscription_replay_count(&guard), fresh);
	ck_assert_int_eq(check(announce("0", T, 0, ADD)), REPLAY_COPY);
}
END_TEST

START_TEST(a_process_that_is_killed_leaves_all_to_its_successor)
{
	int status;
	pid_t pid;

	ck_assert(shared_region_open(&region, "test", 64 << 20));
	ck_assert(shared_table_prepare(&region));
	pid = fork();
	if (pid == 0) {
		own_region();
		now.seconds = T + 1;
		subscription_replay_expire(&guard, now, 10);
		now.seconds = T;
		(void)subscribe(T);
		(void)unsubscribe(T + 5);
		(void)raise(SIGKILL);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFSIGNALED(status));
	own_region();
	ck_assert_uint_eq(guard.floor, T + 1 - 100);
	ck_assert_int_eq(subscribe(T), REPLAY_COPY);
	ck_assert_int_eq(unsubscribe(T + 5), REPLAY_COPY);
	ck_assert_int_eq(subscribe(T + 5), REPLAY_OTHER_COMMAND);
	ck_assert_int_eq(subscribe(T + 6), REPLAY_FRESH);
}
END_TEST

START_TEST(servers_are_apart)
{
	struct subscription_replay other;
	char name[SHARED_TABLE_NAME + 1], buf[SHARED_TABLE_NAME + 1];

	open_guard();
	ck_assert(subscription_replay_open(&other, &region, "other", 10));
	ck_assert_int_eq(subscribe(T), REPLAY_FRESH);
	ck_assert_uint_eq(subscription_replay_count(&other), 0);
	ck_assert_int_eq(subscription_replay_check(&other, announce("10.0.0.1:1", T, 0, ADD), now),
			 REPLAY_FRESH);
	subscription_replay_drop(&guard);
	while (shared_table_give_back(&region, 100))
		;
	own_region();
	ck_assert_int_eq(subscribe(T), REPLAY_FRESH);
	memset(name, 'n', sizeof(name));
	name[SHARED_TABLE_NAME] = '\0';
	ck_assert(subscription_replay_open(&other, &region, name, 10));
	ck_assert(slice_starts(subscription_replay_name(name, buf), "r/nnn"));
	name[SHARED_TABLE_NAME - 1]++;
	ck_assert(!shared_table_find(&region, subscription_replay_name(name, buf), &other.table));
	ck_assert(slice_is(subscription_replay_name("S", buf), "r/S"));
}
END_TEST

Suite *subscription_replay_suite(void)
{
	Suite *suite = suite_create("subscription_replay");
	TCase *stamps = tcase_create("stamps"), *memory = tcase_create("memory");

	tcase_add_test(stamps, an_instance_lives_and_is_restarted);
	tcase_add_test(stamps, a_restart_within_the_second_of_the_withdrawal_is_accepted);
	tcase_add_test(stamps, copies_are_told_from_replays);
	tcase_add_test(stamps, a_copy_may_be_signed_once_more);
	tcase_add_test(stamps, nothing_is_accepted_twice);
	tcase_add_test(stamps, the_command_of_a_captured_datagram_cannot_be_changed);
	tcase_add_test(stamps, no_withdrawal_becomes_a_subscription);
	tcase_add_test(stamps, clear_may_have_the_stamp_of_the_announcement);
	tcase_add_test(stamps, stamps_are_bounded_on_both_sides);
	tcase_add_test(stamps, addresses_are_apart);
	tcase_add_test(memory, what_is_tolerated_is_never_forgotten);
	tcase_add_test(memory, a_clock_that_was_wrong_locks_nobody_out);
	tcase_add_test(memory, when_it_is_full_new_addresses_are_refused);
	tcase_add_test(memory, no_memory_refuses);
	tcase_add_test(memory, a_process_that_is_killed_leaves_all_to_its_successor);
	tcase_add_test(memory, servers_are_apart);
	suite_add_tcase(suite, stamps);
	suite_add_tcase(suite, memory);
	return suite;
}
