/* SPDX-License-Identifier: BSD-2-Clause */
/* More is ready than one call of the system reports, and a timer has run out meanwhile. */
#include <check.h>
#include <unistd.h>

#include "event/event.h"

Suite *event_epoll_suite(void);

#define MANY 700	/* more than a batch */

static const char *const back_ends[] = { "auto", "poll" };
static struct event many[MANY];
static struct timer timeout;
static unsigned heard, heard_before;

static void on_ready(struct event *ev, unsigned ready)
{
	ck_assert((ready & EVENT_READ) != 0);
	heard++;
	event_want(ev, 0);
}

static void on_timeout(struct timer *t)
{
	(void)t;
	heard_before = heard;
	loop_stop();
}

START_TEST(all_that_is_ready_goes_before_a_timeout_that_is_over)
{
	int fds[2];

	ck_assert(loop_open(back_ends[_i]));
	ck_assert_int_eq(pipe(fds), 0);
	ck_assert_int_eq(write(fds[1], "x", 1), 1);
	for (unsigned i = 0; i < MANY; i++) {
		int copy = dup(fds[0]);

		ck_assert_int_ne(copy, -1);
		event_setup(&many[i], copy, on_ready);
		event_want(&many[i], EVENT_READ);
	}
	timer_setup(&timeout, on_timeout);
	timer_set(&timeout, 10);
	usleep(30000);	/* the process stands still */
	loop_run();
	ck_assert_uint_eq(heard_before, MANY);
	for (unsigned i = 0; i < MANY; i++)
		event_close(&many[i]);
	close(fds[0]);
	close(fds[1]);
	loop_close();
}
END_TEST

Suite *event_epoll_suite(void)
{
	Suite *s = suite_create("event_epoll");
	TCase *tc = tcase_create("batches");

	tcase_add_loop_test(tc, all_that_is_ready_goes_before_a_timeout_that_is_over, 0, 2);
	suite_add_tcase(s, tc);
	return s;
}
