/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/arena.h"
#include "event/event.h"
#include "os/packet_pair.h"
#include "process/channel.h"
#include "process/children.h"
#include "process/kind.h"
#include "process/listen_close.h"
#include "process/listen_table.h"

Suite *listen_close_suite(void);

static const struct process_kind accepting = { .name = "worker" }, control = { .name = "control" };
enum { ONE, OTHER, CONTROL, COUNT_OF_CHILDREN };

static void on_message(struct channel *ch, const struct message *m)
{
	(void)ch;
	(void)m;
}

static void on_closed(struct channel *ch)
{
	(void)ch;
}

static const struct channel_handlers handlers = { .message = on_message, .closed = on_closed };
static struct listen_address *address;
static unsigned progress;
static int ends[COUNT_OF_CHILDREN];	/* the children's: nobody reads them */

static void on_progress(void)
{
	progress++;
}

static void add_child(uint32_t slot)
{
	struct child *c = children_at(slot);
	int fds[2];

	ck_assert(packet_pair(fds));
	*c = (struct child){ .slot = slot, .kind = slot == CONTROL ? &control : &accepting,
			     .crash_fd = -1, .pid = fork() };
	if (c->pid == 0) {
		pause();
		_exit(0);
	}
	channel_open(&c->channel, fds[0], &handlers);
	ends[slot] = fds[1];
	listen_close_joined(c);
}

static void lose(uint32_t slot)
{
	struct child *c = children_at(slot);

	kill(c->pid, SIGKILL);
	waitpid(c->pid, NULL, 0);
	channel_close(&c->channel);
	close(ends[slot]);
	c->pid = 0;
}

/* Of a kind whose clients cannot be kept away: two rounds. */
static void setup(void)
{
	struct arena *arena = arena_new();

	ck_assert(loop_open("poll"));
	children_open(COUNT_OF_CHILDREN);
	for (uint32_t i = 0; i < COUNT_OF_CHILDREN; i++)
		add_child(i);
	address = arena_alloc(arena, sizeof(*address));
	*address = (struct listen_address){ .arena = arena, .addr = { .kind = ADDR_ABSTRACT },
				     .kind = &accepting };
	listen_table_add(address);
	progress = 0;
	listen_close_watch(on_progress);
	listen_close_start(address);
}

static void teardown(void)
{
	for (uint32_t i = 0; i < COUNT_OF_CHILDREN; i++) {
		if (children_at(i)->pid != 0)
			lose(i);
	}
	while (listen_table_next(NULL) != NULL)
		listen_table_remove(listen_table_next(NULL));
	children_close();
	loop_close();
}

static uint64_t sent(void)
{
	return (uint64_t)address->round << 32 | address->id;
}

static uint64_t last_round(void)
{
	address->timer.handler(&address->timer);
	return sent();
}

static void answers(uint32_t slot, uint64_t number)
{
	listen_close_answered(children_at(slot), number);
}

static bool gone(void)
{
	return listen_table_next(NULL) == NULL;
}

static void shut_down(void)
{
	uint64_t last = last_round();

	answers(ONE, last);
	ck_assert(!address->shut);
	answers(OTHER, last);
	ck_assert(address->shut);
}

START_TEST(workers_accept_and_all_children_close)
{
	shut_down();
	ck_assert(listen_close_busy());
	ck_assert(listen_close_name_held());
	answers(OTHER, sent());
	answers(CONTROL, sent());
	ck_assert_uint_eq(progress, 0);
	answers(ONE, sent());
	ck_assert(gone());
	ck_assert(!listen_close_busy());
	ck_assert(!listen_close_name_held());
	ck_assert_uint_eq(progress, 1);
}
END_TEST

START_TEST(a_late_answer_to_the_first_round_is_none_to_the_last)
{
	uint64_t first = sent(), last = last_round();

	answers(OTHER, last);
	answers(ONE, first);
	ck_assert(!address->shut);
	answers(ONE, last);
	ck_assert(address->shut);
}
END_TEST

START_TEST(answers_from_before_it_was_resumed_do_not_count)
{
	uint64_t before = last_round(), last;

	answers(OTHER, before);
	listen_close_cancel(address);
	ck_assert(!listen_close_busy());
	answers(ONE, before);
	ck_assert_int_eq(address->state, LISTEN_RESUMED);
	listen_close_start(address);
	last = last_round();
	ck_assert(!address->shut);
	answers(ONE, last);
	answers(OTHER, last);
	ck_assert(address->shut);
}
END_TEST

START_TEST(one_child_cannot_answer_for_another)
{
	uint64_t last = last_round();

	answers(ONE, last);
	answers(ONE, last);
	ck_assert(children_at(ONE)->aborted);
	ck_assert(!address->shut);
	answers(OTHER, last + (1ull << 32));	/* a round that is not sent yet */
	ck_assert(children_at(OTHER)->aborted);
	ck_assert(!address->shut);
}
END_TEST

START_TEST(who_died_is_not_waited_for)
{
	uint64_t last = last_round();

	answers(ONE, last);
	lose(OTHER);
	listen_close_lost();
	ck_assert(address->shut);
	answers(ONE, sent());
	ck_assert(!gone());
	lose(CONTROL);
	listen_close_lost();
	ck_assert(gone());
	ck_assert_uint_eq(progress, 1);
}
END_TEST

START_TEST(who_came_later_is_not_concerned)
{
	uint64_t last = last_round();

	lose(OTHER);
	add_child(OTHER);
	answers(ONE, last);
	ck_assert(address->shut);
}
END_TEST

/* ... but what it may still hold is not given to another service. */
START_TEST(who_hangs_holds_nobody_up)
{
	uint64_t closing;

	(void)last_round();
	address->timer.handler(&address->timer);
	ck_assert(address->shut);
	closing = sent();
	answers(ONE, closing);
	answers(CONTROL, closing);
	ck_assert(listen_close_busy());
	address->timer.handler(&address->timer);
	ck_assert(!listen_close_busy());
	ck_assert(!listen_close_name_held());
	ck_assert_uint_eq(progress, 1);
	ck_assert(!gone());
	answers(OTHER, closing);
	ck_assert(gone());
}
END_TEST

/* What is shut down serves nobody any more: it is never resumed. */
START_TEST(what_is_shut_down_is_bound_anew)
{
	struct addr same = address->addr;

	ck_assert(listen_table_at(&same) == address);
	shut_down();
	ck_assert(listen_table_at(&same) == NULL);
}
END_TEST

Suite *listen_close_suite(void)
{
	Suite *s = suite_create("listen_close");
	TCase *c = tcase_create("rounds");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, workers_accept_and_all_children_close);
	tcase_add_test(c, a_late_answer_to_the_first_round_is_none_to_the_last);
	tcase_add_test(c, answers_from_before_it_was_resumed_do_not_count);
	tcase_add_test(c, one_child_cannot_answer_for_another);
	tcase_add_test(c, who_died_is_not_waited_for);
	tcase_add_test(c, who_came_later_is_not_concerned);
	tcase_add_test(c, who_hangs_holds_nobody_up);
	tcase_add_test(c, what_is_shut_down_is_bound_anew);
	suite_add_tcase(s, c);
	return s;
}
