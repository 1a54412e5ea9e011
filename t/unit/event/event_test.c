/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "event/event.h"
#include "event/event_ops.h"

Suite *event_suite(void);

static const char *const back_ends[] = {
#ifdef HAVE_EPOLL
	"epoll",
#endif
	"poll",
};

static int pair[2];
static struct event ev;
static unsigned calls, seen;
static struct timer guard;

static void on_guard(struct timer *t)
{
	(void)t;
	loop_stop();
}

static void open_loop(int back_end, event_handler *handler)
{
	ck_assert(loop_open(back_ends[back_end]));
	ck_assert_str_eq(loop_name(), back_ends[back_end]);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	fcntl(pair[0], F_SETFL, O_NONBLOCK);
	calls = seen = 0;
	event_setup(&ev, pair[0], handler);
	timer_setup(&guard, on_guard);
	timer_set(&guard, 2000);
}

static void close_loop(void)
{
	event_close(&ev);
	close(pair[1]);
	loop_close();
}

static void say(const char *text, size_t len)
{
	ck_assert_int_eq(write(pair[1], text, len), (ssize_t)len);
}

/* One byte a call: readiness must be told again until it is drained. */
static void read_one(struct event *e, unsigned ready)
{
	char byte;

	seen |= ready;
	if (read(e->fd, &byte, 1) == 1)
		calls++;
	else
		event_drained(e, EVENT_READ);
	if (calls == 5)
		loop_stop();
}

START_TEST(a_handler_may_stop_early)
{
	open_loop(_i, read_one);
	say("12345", 5);
	event_want(&ev, EVENT_READ);
	loop_run();
	ck_assert_uint_eq(calls, 5);
	ck_assert(seen & EVENT_READ);
	close_loop();
}
END_TEST

static void stop_once(struct event *e, unsigned ready)
{
	(void)e;
	seen |= ready;
	calls++;
	loop_stop();
}

/* What was reported while nobody wanted it is told when it is wanted. */
START_TEST(readiness_is_remembered)
{
	open_loop(_i, stop_once);
	event_want(&ev, EVENT_WRITE);
	say("x", 1);
	loop_run();
	ck_assert_uint_eq(calls, 1);
	event_want(&ev, EVENT_READ);
	loop_run();
	ck_assert_uint_eq(calls, 2);
	ck_assert(seen & EVENT_READ);
	close_loop();
}
END_TEST

static unsigned turns;

static void count_turn(void)
{
	turns++;
}

START_TEST(hang_up_is_told_with_nothing_wanted)
{
	open_loop(_i, stop_once);
	loop_before_sleep(count_turn);
	event_want(&ev, EVENT_WRITE);
	loop_run();
	event_want(&ev, 0);
	calls = seen = 0;
	shutdown(pair[0], SHUT_WR);
	close(pair[1]);
	pair[1] = -1;
	/* both directions gone is an error to poll, a hang-up to epoll; neither may spin */
	timer_set(&guard, 30);
	loop_run();
	ck_assert_uint_le(calls, 1);
	/* nor by turning without a call: once told, the kernel must not say it again */
	turns = 0;
	timer_set(&guard, 30);
	loop_run();
	ck_assert_uint_le(calls, 1);
	ck_assert_uint_le(turns, 5);
	close_loop();
}
END_TEST

static void never(struct event *e, unsigned ready)
{
	(void)e;
	(void)ready;
	ck_abort_msg("called after it was closed");
}

static struct event other;
static int other_fd;

static void close_the_other(struct event *e, unsigned ready)
{
	(void)e;
	(void)ready;
	calls++;
	event_close(&other);
	loop_stop();
}

/* Both are ready in one batch: whoever comes first closes the other. */
START_TEST(a_closed_event_is_not_called_in_the_same_batch)
{
	open_loop(_i, close_the_other);
	other_fd = dup(pair[0]);
	event_setup(&other, other_fd, never);
	event_set_shared(&other, false);
	event_set_shared(&ev, false);
	event_want(&ev, EVENT_WRITE);
	loop_run();
	ck_assert_uint_eq(calls, 1);
	close_loop();
}
END_TEST

/* The kernel hears of it only after some turns, and what came meanwhile is not lost. */
START_TEST(lazy_wants_arrive_late)
{
	open_loop(_i, stop_once);
	say("x", 1);
	event_want_lazily(&ev, false);
	ck_assert_uint_eq(ev.armed, 0);
	loop_run();
	ck_assert_uint_eq(calls, 1);
	close_loop();
}
END_TEST

static unsigned turns;

static void speak_in_the_second_turn(void)
{
	if (++turns == 2)
		say("x", 1);
}

/* A client that speaks a little after it was wanted must not wait for turns that nothing fills. */
START_TEST(a_lazy_want_is_armed_before_the_loop_sleeps)
{
	open_loop(_i, stop_once);
	turns = 0;
	loop_before_sleep(speak_in_the_second_turn);
	event_want_lazily(&ev, true);
	loop_run();
	ck_assert_uint_eq(calls, 1);
	ck_assert_uint_eq(turns, 2);
	close_loop();
}
END_TEST

static struct event busy[8];

static void keep_busy(struct event *e, unsigned ready)
{
	(void)e;
	(void)ready;
}

static void try_twice(struct event *e, unsigned ready)
{
	char byte;

	calls++;
	seen |= ready;
	if (read(e->fd, &byte, 1) == 1) {
		loop_stop();
		return;
	}
	event_drained(e, EVENT_READ);
	if (calls == 1)
		say("x", 1);
}

START_TEST(lazy_try_calls_before_arming)
{
	open_loop(_i, try_twice);
	for (size_t i = 0; i < COUNT(busy); i++) {
		event_setup(&busy[i], dup(pair[0]), keep_busy);
		event_set_shared(&busy[i], false);
		event_want(&busy[i], EVENT_WRITE);
	}
	event_want_lazily(&ev, true);
	loop_run();
	ck_assert_uint_eq(calls, 2);
	for (size_t i = 0; i < COUNT(busy); i++)
		event_close(&busy[i]);
	close_loop();
}
END_TEST

static struct deferred deferred;
static bool ran;

static void on_deferred(struct deferred *d)
{
	(void)d;
	ran = true;
	loop_stop();
}

static void defer_it(struct event *e, unsigned ready)
{
	(void)e;
	(void)ready;
	loop_defer(&deferred, on_deferred);
	ck_assert(!ran);
	event_want(&ev, 0);
}

START_TEST(deferred_runs_after_the_batch)
{
	ran = false;
	open_loop(_i, defer_it);
	event_want(&ev, EVENT_WRITE);
	loop_run();
	ck_assert(ran);
	close_loop();
}
END_TEST

static bool yes(void)
{
	return true;
}

static void nothing(void)
{
}

static bool refuse(struct event *e)
{
	(void)e;
	errno = ENOSPC;
	return false;
}

static void ignore(struct event *e)
{
	(void)e;
}

static bool do_not_wait(int timeout_ms)
{
	(void)timeout_ms;
	loop_woke();
	return true;
}

static void read_the_end(struct event *e, unsigned ready)
{
	char byte;

	(void)ready;
	calls++;
	ck_assert_int_eq(read(e->fd, &byte, 1), 0);
	loop_stop();
}

/* Nothing would ever be heard of it again: its owner must find it ended, not silent. */
START_TEST(what_cannot_be_armed_is_ended)
{
	static const struct event_ops full = { "full", true, yes, nothing, refuse, ignore,
					       do_not_wait };

	ck_assert(loop_open_with(&full));
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	fcntl(pair[0], F_SETFL, O_NONBLOCK);
	calls = 0;
	event_setup(&ev, pair[0], read_the_end);
	timer_setup(&guard, on_guard);
	timer_set(&guard, 2000);
	event_want(&ev, EVENT_READ);
	loop_run();
	ck_assert_uint_eq(calls, 1);
	close_loop();
}
END_TEST

static struct timer first, second;
static uint64_t first_at, second_at;

static void on_second(struct timer *t)
{
	(void)t;
	second_at = loop_now();
	loop_stop();
}

/* What was armed for the guard, seconds away, must not delay what comes before. */
static void on_first(struct timer *t)
{
	(void)t;
	first_at = loop_now();
	timer_set(&second, 20);
}

START_TEST(a_sleeping_loop_wakes_for_each_timer)
{
	uint64_t start;

	open_loop(_i, read_one);
	start = loop_now();
	timer_setup(&first, on_first);
	timer_setup(&second, on_second);
	timer_set(&first, 400);
	timer_set(&first, 30);
	timer_set(&second, 300);
	loop_run();
	ck_assert_uint_ge(first_at, start + 30);
	ck_assert_uint_ge(second_at, first_at + 20);
	ck_assert(timer_pending(&guard));
	close_loop();
}
END_TEST

START_TEST(an_unknown_back_end_is_refused)
{
	ck_assert(!loop_open("devpoll"));
}
END_TEST

Suite *event_suite(void)
{
	Suite *s = suite_create("event");
	TCase *tc = tcase_create("loop");
	int n = (int)COUNT(back_ends);

	tcase_add_loop_test(tc, a_handler_may_stop_early, 0, n);
	tcase_add_loop_test(tc, readiness_is_remembered, 0, n);
	tcase_add_loop_test(tc, hang_up_is_told_with_nothing_wanted, 0, n);
	tcase_add_loop_test(tc, a_closed_event_is_not_called_in_the_same_batch, 0, n);
	tcase_add_loop_test(tc, lazy_wants_arrive_late, 0, n);
	tcase_add_loop_test(tc, a_lazy_want_is_armed_before_the_loop_sleeps, 0, n);
	tcase_add_loop_test(tc, lazy_try_calls_before_arming, 0, n);
	tcase_add_loop_test(tc, deferred_runs_after_the_batch, 0, n);
	tcase_add_loop_test(tc, a_sleeping_loop_wakes_for_each_timer, 0, n);
	tcase_add_test(tc, what_cannot_be_armed_is_ended);
	tcase_add_test(tc, an_unknown_back_end_is_refused);
	suite_add_tcase(s, tc);
	return s;
}
