/* SPDX-License-Identifier: BSD-2-Clause */
/* Channels of a process that runs out of descriptors. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "os/packet_pair.h"
#include "process/channel.h"

Suite *channel_short_suite(void);

/* channel_test.c's */
extern unsigned failing;
extern int failure;

static struct channel here, there, slow;
static struct timer guard;
static unsigned arrived, fd_count;
static int slow_end;

static void on_guard(struct timer *t)
{
	(void)t;
	loop_stop();
}

static void on_message(struct channel *ch, const struct message *m)
{
	(void)ch;
	arrived++;
	fd_count += m->count;
	for (unsigned i = 0; i < m->count; i++)
		close(m->fds[i]);
	loop_stop();
}

static void on_closed(struct channel *ch)
{
	(void)ch;
	loop_stop();
}

static const struct channel_handlers handlers = {
	.message = on_message, .closed = on_closed
};

static void setup(void)
{
	int fds[2], others[2];

	ck_assert(loop_open(NULL));
	ck_assert(packet_pair(fds));
	ck_assert(packet_pair(others));
	channel_open(&here, fds[0], &handlers);
	channel_open(&there, fds[1], &handlers);
	channel_open(&slow, others[0], &handlers);
	slow_end = others[1];
	timer_setup(&guard, on_guard);
	timer_set(&guard, 10000);
	arrived = fd_count = 0;
}

static void teardown(void)
{
	channel_close(&here);
	channel_close(&there);
	channel_close(&slow);
	close(slow_end);
	loop_close();
}

/* Not the one whose turn it is when there are none left. */
START_TEST(the_child_that_reads_least_pays_when_descriptors_run_out)
{
	struct rlimit before, few;
	int many[150] = { 0 }, lowest;

	getrlimit(RLIMIT_NOFILE, &before);
	failing = 2;
	failure = EAGAIN;
	channel_send(&slow, 7, NULL, 0, many, 150);
	lowest = dup(0);
	close(lowest);
	few = before;
	few.rlim_cur = (rlim_t)lowest + 20;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
	channel_send(&here, 7, NULL, 0, many, 100);
	ck_assert(!here.broken);
	ck_assert(slow.broken);
	ck_assert(!slow.gone);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
	ck_assert_uint_eq(here.copies.count, 100);
		loop_run();
	ck_assert_uint_eq(arrived, 1);
	ck_assert_uint_eq(fd_count, 100);
}
END_TEST

/* Too many are under way, because a child does not read: it gives way, a busy one does not. */
START_TEST(a_child_that_is_behind_gives_way_to_the_others)
{
	slow.copies.behind = _i == 1;
	failing = 1;
	failure = ETOOMANYREFS;
		channel_send(&here, 7, NULL, 0, (const int[1]){ 0 }, 1);
	ck_assert(slow.broken == (_i == 1));
	ck_assert(!here.broken);
	loop_run();
	ck_assert_uint_eq(arrived, 1);
}
END_TEST

Suite *channel_short_suite(void)
{
	Suite *s = suite_create("channel_short");
	TCase *c = tcase_create("descriptors run out");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_set_timeout(c, 20);
	tcase_add_test(c, the_child_that_reads_least_pays_when_descriptors_run_out);
	tcase_add_loop_test(c, a_child_that_is_behind_gives_way_to_the_others, 0, 2);
	suite_add_tcase(s, c);
	return s;
}
