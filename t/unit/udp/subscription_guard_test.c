/* SPDX-License-Identifier: BSD-2-Clause */
#include "guard_fixture.h"

Suite *subscription_guard_suite(void);

static bool admits(uint32_t host)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(host) };

	return subscription_guard_admits(&guard, (struct sockaddr *)&in);
}

START_TEST(senders_are_admitted_by_their_networks)
{
	begin();
	set();
	ck_assert(admits(0x0b000001));
	conf.allow = "10.0.0.0/8 192.168.0.0/16";
	conf.deny = "10.0.0.2/32";
	set();
	ck_assert(admits(0x0a000001));
	ck_assert(admits(0xc0a80001));
	ck_assert(!admits(0x0a000002));
	ck_assert(!admits(0x0b000001));
	conf.allow = NULL;
	set();
	ck_assert(admits(0x0b000001));
	ck_assert(!admits(0x0a000002));
	end();
}
END_TEST

START_TEST(where_nothing_is_signed_a_signature_is_nothing)
{
	begin();
	set();
	unsigned_one("a", NULL);
	admitted(VERDICT_UNSIGNED);
	signed_one("a", "10.0.0.1:1", 1, wrong, ADD);
	admitted(VERDICT_UNSIGNED);
	admitted(VERDICT_UNSIGNED);
	ck_assert(!subscription_guard_suspects(&guard));
	end();
}
END_TEST

START_TEST(a_vassal_may_be_required)
{
	begin();
	conf.vassal_required = true;
	set();
	unsigned_one("a", NULL);
	refused(SUBSCRIPTION_DENIED);
	unsigned_one("a", "one.ini");
	admitted(VERDICT_UNSIGNED);
	end();
}
END_TEST

START_TEST(users_and_groups_are_those_of_the_lists)
{
	begin();
	conf.credentials.on = true;
	set();
	unsigned_one("a", NULL);
	refused(SUBSCRIPTION_DENIED);
	come_from(1, 1);
	admitted(VERDICT_UNSIGNED);
	conf.credentials.uids = "1000 1001";
	conf.credentials.gids = "50";
	set();
	come_from(1001, 50);
	admitted(VERDICT_UNSIGNED);
	come_from(1001, 51);
	refused(SUBSCRIPTION_DENIED);
	come_from(100, 50);
	refused(SUBSCRIPTION_DENIED);
	come_from(0, 0);
	refused(SUBSCRIPTION_DENIED);
	end();
}
END_TEST

START_TEST(a_key_is_announced_by_who_owns_its_file)
{
	static const char *const elsewhere[] = { "", ".", "..", "../a.pem", "b", "a.pem/" };
	char folders[100];

	begin();
	snprintf(folders, sizeof(folders), "/nowhere\n%s", folder);
	conf.credentials.on = true;
	conf.credentials.check = folders;
	set();
	unsigned_one("a.pem", NULL);
	refused(SUBSCRIPTION_DENIED);
	come_from(getuid(), getgid());
	admitted(VERDICT_UNSIGNED);
	come_from(getuid() + 1, getgid());
	refused(SUBSCRIPTION_DENIED);
	come_from(getuid(), getgid() + 1);
	refused(SUBSCRIPTION_DENIED);
	for (size_t i = 0; i < COUNT(elsewhere); i++) {
		unsigned_one(elsewhere[i], NULL);
		come_from(getuid(), getgid());
		refused(SUBSCRIPTION_DENIED);
	}
	end();
}
END_TEST

START_TEST(a_signature_may_be_required)
{
	begin_signed();
	unsigned_one("a", NULL);
	refused(SUBSCRIPTION_BAD_SIGNATURE);
	good_one(now);
	admitted(VERDICT_SIGNED);
	conf.allow_unsigned = true;
	set();
	unsigned_one("a", NULL);
	admitted(VERDICT_UNSIGNED);
	signed_one("a", "10.0.0.1:1", now + 1, wrong, ADD);
	refused(SUBSCRIPTION_BAD_SIGNATURE);
	signed_one("c", "10.0.0.1:1", now + 1, right, ADD);
	refused(SUBSCRIPTION_BAD_SIGNATURE);
	end();
}
END_TEST

START_TEST(users_who_need_no_signature_are_trusted_like_signed_ones)
{
	begin_signed();
	conf.sign.skip_uids = "0 1000";
	set();
	unsigned_one("a", NULL);
	refused(SUBSCRIPTION_BAD_SIGNATURE);
	come_from(1000, 7);
	admitted(VERDICT_SIGNED);
	come_from(1001, 7);
	refused(SUBSCRIPTION_BAD_SIGNATURE);
	come_from(0, 0);	/* whatever the list says, as in uWSGI */
	refused(SUBSCRIPTION_BAD_SIGNATURE);
	end();
}
END_TEST

START_TEST(what_was_accepted_is_not_accepted_again)
{
	begin_signed();
	good_one(now);
	admitted(VERDICT_SIGNED);
	refused(SUBSCRIPTION_DUPLICATE);
	signed_one("a", "10.0.0.1:1", now, right, REMOVE);
	refused(SUBSCRIPTION_REPLAYED);
	good_one(now - 1);
	refused(SUBSCRIPTION_REPLAYED);
	signed_one("a", "10.0.0.2:1", now - 1, right, ADD);
	admitted(VERDICT_SIGNED);
	good_one(now + 1);
	admitted(VERDICT_SIGNED);
	set();	/* with the settings that it had: nothing is forgotten */
	refused(SUBSCRIPTION_DUPLICATE);
	good_one(now - 1);
	refused(SUBSCRIPTION_REPLAYED);
	end();
}
END_TEST

START_TEST(times_are_tolerated_so_far)
{
	begin_signed();
	good_one(now - 700);
	refused(SUBSCRIPTION_REPLAYED);
	good_one(now + 700);
	refused(SUBSCRIPTION_REPLAYED);
	good_one(now - 500);
	admitted(VERDICT_SIGNED);
	good_one(now + 500);
	admitted(VERDICT_SIGNED);
	conf.sign.tolerance_ms = 100000;
	set();
	signed_one("a", "10.0.0.2:1", now - 500, right, ADD);
	refused(SUBSCRIPTION_REPLAYED);
	end();
}
END_TEST

/* Who has no key cannot keep out who has one. */
START_TEST(what_is_refused_is_not_remembered)
{
	begin_signed();
	signed_one("a", "10.0.0.1:1", now + 5, wrong, ADD);
	refused(SUBSCRIPTION_BAD_SIGNATURE);
	good_one(now);
	conf.vassal_required = true;
	set();
	refused(SUBSCRIPTION_DENIED);
	conf.vassal_required = false;
	conf.credentials.on = true;
	set();
	refused(SUBSCRIPTION_DENIED);
	conf.credentials.on = false;
	set();
	admitted(VERDICT_SIGNED);
	end();
}
END_TEST

/* Each is refused for what costs the least: not one signature is looked at. */
START_TEST(what_is_cheap_is_checked_first)
{
	begin_signed();
	conf.vassal_required = true;
	conf.credentials.on = true;
	conf.credentials.uids = "1";
	conf.sign.skip_uids = "2";
	set();
	signed_one("a", "10.0.0.1:1", now, wrong, ADD);
	for (unsigned i = 0; i < MOST; i++)
		ck_assert_int_eq(judge(), VERDICT_REFUSED);
	ck_assert_int_eq(result, SUBSCRIPTION_DENIED);
	conf.vassal_required = false;
	set();
	come_from(2, 2);	/* no signature is needed, but its user is none of uids */
	refused(SUBSCRIPTION_DENIED);
	come_from(1, 1);
	refused(SUBSCRIPTION_BAD_SIGNATURE);
	signed_one("a", "10.0.0.1:1", now - 700, wrong, ADD);
	come_from(1, 1);
	refused(SUBSCRIPTION_REPLAYED);
	for (unsigned i = 0; i < MOST; i++)
		ck_assert_int_eq(judge(), VERDICT_REFUSED);
	end();
}
END_TEST

START_TEST(as_many_stamps_as_nodes_are_remembered)
{
	begin_signed();
	conf.max_nodes = 2;
	set();
	good_one(now);
	admitted(VERDICT_SIGNED);
	signed_one("a", "10.0.0.2:1", now, right, ADD);
	admitted(VERDICT_SIGNED);
	signed_one("a", "10.0.0.3:1", now, right, ADD);
	refused(SUBSCRIPTION_OVER_LIMIT);
	good_one(now + 1);
	admitted(VERDICT_SIGNED);
	conf.max_nodes = 3;
	set();
	signed_one("a", "10.0.0.3:1", now, right, ADD);
	admitted(VERDICT_SIGNED);
	end();
}
END_TEST

START_TEST(a_flood_of_wrong_signatures_waits)
{
	enum subscription_verdict verdict = VERDICT_REFUSED;

	begin_signed();
	signed_one("a", "10.0.0.1:1", now, wrong, ADD);
	/* where a check is slow, the time of a turn is over before that of a flood */
	for (unsigned i = 0; i < MOST; i++) {
		verdict = judge();
		if (verdict == VERDICT_LATER && subscription_guard_suspects(&guard))
			break;
	}
	ck_assert_int_eq(verdict, VERDICT_LATER);
	ck_assert_int_eq(result, SUBSCRIPTION_RESULTS);
	ck_assert(subscription_guard_suspects(&guard));
	signed_one("b", "10.0.0.1:1", now, right, ADD);
	admitted(VERDICT_SIGNED);
	good_one(now);
	admitted(VERDICT_SIGNED);
	end();
}
END_TEST

START_TEST(the_stamps_of_a_server_that_is_removed_are_nobodys)
{
	char name[SHARED_TABLE_NAME + 1];
	struct slice table;

	begin_signed();
	table = subscription_replay_name("apps", name);
	ck_assert(subscription_guard_uses(&guard, table));
	ck_assert(!subscription_guard_uses(&guard, slice_of("r/other")));
	good_one(now);
	admitted(VERDICT_SIGNED);
	subscription_guard_second(&guard);
	refused(SUBSCRIPTION_DUPLICATE);
	subscription_guard_drop(&guard);
	ck_assert(!subscription_guard_uses(&guard, table));
	refused(SUBSCRIPTION_OVER_LIMIT);
	end();
}
END_TEST

Suite *subscription_guard_suite(void)
{
	Suite *s = suite_create("subscription_guard");
	TCase *tc = tcase_create("subscription_guard");

	tcase_add_unchecked_fixture(tc, make_keys, free_keys);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, senders_are_admitted_by_their_networks);
	tcase_add_test(tc, where_nothing_is_signed_a_signature_is_nothing);
	tcase_add_test(tc, a_vassal_may_be_required);
	tcase_add_test(tc, users_and_groups_are_those_of_the_lists);
	tcase_add_test(tc, a_key_is_announced_by_who_owns_its_file);
	tcase_add_test(tc, a_signature_may_be_required);
	tcase_add_test(tc, users_who_need_no_signature_are_trusted_like_signed_ones);
	tcase_add_test(tc, what_was_accepted_is_not_accepted_again);
	tcase_add_test(tc, times_are_tolerated_so_far);
	tcase_add_test(tc, what_is_refused_is_not_remembered);
	tcase_add_test(tc, what_is_cheap_is_checked_first);
	tcase_add_test(tc, as_many_stamps_as_nodes_are_remembered);
	tcase_add_test(tc, a_flood_of_wrong_signatures_waits);
	tcase_add_test(tc, the_stamps_of_a_server_that_is_removed_are_nobodys);
	suite_add_tcase(s, tc);
	return s;
}
