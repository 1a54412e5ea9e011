/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/event_libevent.h"

#include <check.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/scoreboard.h"
#include "event/event.h"

Suite *event_libevent_suite(void);

static struct event event;
static struct timer timer, guard;
static unsigned readable, writable, rung;
static int fds[2];

static void setup(void)
{
	const struct scoreboard_sizes sizes = { 4, 1, 1, 1 };

	ck_assert(scoreboard_open(&sizes));
	scoreboard_set_own(1);
	ck_assert(loop_open_with(&event_libevent));
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
	readable = writable = rung = 0;
}

static void teardown(void)
{
	loop_close();
	close(fds[1]);
}

static void on_ready(struct event *ev, unsigned ready)
{
	char byte;

	if ((ready & EVENT_WRITE) != 0) {
		writable++;
		event_want(ev, EVENT_READ);
		return;
	}
	readable++;
	if (read(ev->fd, &byte, 1) != 1 || readable == 2)
		loop_stop();
}

static void on_timer(struct timer *t)
{
	rung++;
	if (rung == 3)
		loop_stop();
	else
		timer_set(t, 5);
}

static void on_guard(struct timer *t)
{
	(void)t;
	ck_abort_msg("nothing happened");
}

START_TEST(descriptors_are_reported_as_wanted)
{
	timer_setup(&guard, on_guard);
	timer_set(&guard, 2000);
	event_setup(&event, fds[0], on_ready);
	event_want(&event, EVENT_READ | EVENT_WRITE);
	ck_assert_int_eq(write(fds[1], "ab", 2), 2);
	loop_run();
	ck_assert_uint_eq(writable, 1);
	ck_assert_uint_eq(readable, 2);
	timer_cancel(&guard);
	event_close(&event);
}
END_TEST

START_TEST(timers_end_a_wait)
{
	uint64_t before = loop_now();

	timer_setup(&timer, on_timer);
	timer_set(&timer, 5);
	loop_run();
	ck_assert_uint_eq(rung, 3);
	ck_assert_uint_ge(loop_now(), before + 15);
	close(fds[0]);
}
END_TEST

START_TEST(nothing_wanted_is_nothing_reported)
{
	timer_setup(&timer, on_timer);
	timer_set(&timer, 5);
	event_setup(&event, fds[0], on_ready);
	event_want(&event, EVENT_READ);
	event_want(&event, 0);
	ck_assert_int_eq(write(fds[1], "a", 1), 1);
	loop_run();
	ck_assert_uint_eq(readable, 0);
	event_close(&event);
}
END_TEST

Suite *event_libevent_suite(void)
{
	Suite *suite = suite_create("event_libevent");
	TCase *loop = tcase_create("loop");

	tcase_add_checked_fixture(loop, setup, teardown);
	tcase_add_test(loop, descriptors_are_reported_as_wanted);
	tcase_add_test(loop, timers_end_a_wait);
	tcase_add_test(loop, nothing_wanted_is_nothing_reported);
	suite_add_tcase(suite, loop);
	return suite;
}
