/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "event/event.h"
#include "os/packet_pair.h"
#include "process/children.h"
#include "process/kind.h"

Suite *children_suite(void);

static const struct process_kind kinds[] = {
	{ .name = "many", .traits = KIND_NUMBERED | KIND_DRAINS },
	{ .name = "one", .traits = KIND_LOGS },
};
static unsigned arrived[2];
static struct channel theirs[2];

static void on_message(struct channel *ch, const struct message *m)
{
	(void)m;
	arrived[ch - theirs]++;
	loop_stop();
}

static void on_closed(struct channel *ch)
{
	(void)ch;
}

static const struct channel_handlers handlers = { .message = on_message, .closed = on_closed };

static void add(uint32_t slot, const struct process_kind *kind, struct channel *other)
{
	struct child *c = children_at(slot);
	int fds[2];

	ck_assert(packet_pair(fds));
	*c = (struct child){ .slot = slot, .kind = kind, .crash_fd = -1, .pid = fork() };
	if (c->pid == 0) {
		pause();
		_exit(0);
	}
	channel_open(&c->channel, fds[0], &handlers);
	channel_open(other, fds[1], &handlers);
}

static void setup(void)
{
	memset(arrived, 0, sizeof(arrived));
	ck_assert(loop_open("poll"));
	children_open(5);
	add(1, &kinds[0], &theirs[0]);
	add(4, &kinds[1], &theirs[1]);
}

static void teardown(void)
{
	struct child *c;

	for (CHILDREN_EACH(c)) {
		kill(c->pid, SIGKILL);
		waitpid(c->pid, NULL, 0);
		channel_close(&c->channel);
	}
	channel_close(&theirs[0]);
	channel_close(&theirs[1]);
	children_close();
	loop_close();
}

START_TEST(children_are_counted_and_named_by_what_their_kind_says)
{
	char name[CHILDREN_NAME];

	ck_assert_uint_eq(children_count(CHILDREN_ALL), 2);
	ck_assert_uint_eq(children_count(KIND_DRAINS), 1);
	ck_assert_uint_eq(children_count(KIND_DRAINS | KIND_LOGS), 2);
	ck_assert_uint_eq(children_count(KIND_STOPS_LAST), 0);
	ck_assert_ptr_eq(children_next(0), children_at(1));
	ck_assert_ptr_eq(children_next(2), children_at(4));
	(void)children_name(children_at(1), name, sizeof(name));
	ck_assert_msg(strncmp(name, "many 1 (pid ", 12) == 0, "%s", name);
	(void)children_name(children_at(4), name, sizeof(name));
	ck_assert_msg(strncmp(name, "one (pid ", 9) == 0, "%s", name);
}
END_TEST

START_TEST(a_message_goes_to_those_of_a_kind)
{
	children_send_kind(&kinds[1], MESSAGE_SLOTS, NULL, 0);
	loop_run();
	ck_assert_uint_eq(arrived[0], 0);
	ck_assert_uint_eq(arrived[1], 1);
}
END_TEST

START_TEST(a_message_goes_to_those_with_a_trait)
{
	children_send(KIND_LOGS, MESSAGE_LOGS, NULL, 0);
	loop_run();
	ck_assert_uint_eq(arrived[0], 0);
	ck_assert_uint_eq(arrived[1], 1);
	children_send(KIND_DRAINS, MESSAGE_SLOTS, NULL, 0);
	loop_run();
	ck_assert_uint_eq(arrived[0], 1);
	ck_assert_uint_eq(arrived[1], 1);
}
END_TEST

/* It does not read; a change that is just being sent to all is no sign of that. */
START_TEST(a_queue_may_be_long_only_by_the_change_under_way)
{
	struct child *c = children_at(1);

	c->channel.queued = CHANNEL_QUEUE_MAX + 1000;
	children_expect(1000);
	children_send(CHILDREN_ALL, MESSAGE_SLOTS, NULL, 0);
	ck_assert(!c->aborted);
	children_expect(0);
	children_send(CHILDREN_ALL, MESSAGE_SLOTS, NULL, 0);
	ck_assert(c->aborted);
	ck_assert(!children_at(4)->aborted);
	c->channel.queued = 0;
}
END_TEST

Suite *children_suite(void)
{
	Suite *s = suite_create("children");
	TCase *tc = tcase_create("table");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, children_are_counted_and_named_by_what_their_kind_says);
	tcase_add_test(tc, a_message_goes_to_those_of_a_kind);
	tcase_add_test(tc, a_message_goes_to_those_with_a_trait);
	tcase_add_test(tc, a_queue_may_be_long_only_by_the_change_under_way);
	suite_add_tcase(s, tc);
	return s;
}
