/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>

#include "event/event.h"
#include "event/timer.h"
#include "proxy/session_struct.h"
#include "proxy/session_wait.h"

Suite *session_wait_suite(void);

static struct session s;
static unsigned deferred;
static uint64_t waited;

static void on_later(struct deferred *d)
{
	ck_assert_ptr_eq(d, &s.later);
	deferred++;
	if (!session_wait(&s, on_later))
		loop_stop();
}

static void on_timer(struct timer *t)
{
	(void)t;
	if (!session_wait(&s, on_later))
		loop_stop();
}

static void begin(void)
{
	ck_assert(loop_open("poll"));
	s = (struct session){ .waits = 0 };
	list_init(&s.later.link);
	timer_setup(&s.timer, on_timer);
	deferred = 0;
}

START_TEST(turns_first_then_milliseconds_then_no_more)
{
	begin();
	ck_assert(session_wait(&s, on_later));
	waited = loop_now();
	loop_run();
	ck_assert_uint_eq(deferred, 6);
	/* 1 + 2 + 4 + ... + 128 ms, as long as the machine lets it run */
	ck_assert_uint_ge(loop_now() - waited, 250);
	ck_assert(!session_wait(&s, on_later));
	loop_close();
}
END_TEST

START_TEST(the_next_limit_is_waited_for_anew)
{
	begin();
	for (int i = 0; i < 14; i++) {
		ck_assert(session_wait(&s, on_later));
		list_unlink(&s.later.link);
	}
	ck_assert(!session_wait(&s, on_later));
	session_wait_done(&s);
	ck_assert(session_wait(&s, on_later));
	session_wait_done(&s);
	ck_assert(list_empty(&s.later.link));
	timer_cancel(&s.timer);
	loop_close();
}
END_TEST

Suite *session_wait_suite(void)
{
	Suite *suite = suite_create("session_wait");
	TCase *tc = tcase_create("session_wait");

	tcase_add_test(tc, turns_first_then_milliseconds_then_no_more);
	tcase_add_test(tc, the_next_limit_is_waited_for_anew);
	suite_add_tcase(suite, tc);
	return suite;
}
