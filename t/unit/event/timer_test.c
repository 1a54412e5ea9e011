/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <stdlib.h>

#include "event/event.h"
#include "event/timer.h"

Suite *timer_suite(void);

#define MANY 500

static struct timer timers[MANY];
static unsigned fired;
static uint64_t last;

static void on_timer(struct timer *t)
{
	ck_assert_uint_ge(t->when, last);
	last = t->when;
	fired++;
}

static void open_loop(void)
{
	ck_assert(loop_open("poll"));
	fired = 0;
	last = 0;
}

START_TEST(fire_in_order)
{
	open_loop();
	srand(7);
	for (int i = 0; i < MANY; i++) {
		timer_setup(&timers[i], on_timer);
		timer_set(&timers[i], (uint64_t)(rand() % 1000));
	}
	for (int i = 0; i < MANY; i += 3)
		timer_cancel(&timers[i]);
	timers_run(loop_now() + 1000);
	ck_assert_uint_eq(fired, MANY - (MANY + 2) / 3);
	ck_assert_uint_eq(timers_next(), UINT64_MAX);
	loop_close();
}
END_TEST

START_TEST(moved_to_later_fires_later)
{
	open_loop();
	timer_setup(&timers[0], on_timer);
	timer_set(&timers[0], 10);
	timer_set(&timers[0], 500);
	timers_run(loop_now() + 100);
	ck_assert_uint_eq(fired, 0);
	ck_assert_uint_eq(timers_next(), loop_now() + 500);
	timers_run(loop_now() + 500);
	ck_assert_uint_eq(fired, 1);
	loop_close();
}
END_TEST

START_TEST(moved_to_earlier_fires_earlier)
{
	open_loop();
	for (int i = 0; i < 3; i++) {
		timer_setup(&timers[i], on_timer);
		timer_set(&timers[i], 1000);
	}
	timer_set(&timers[2], 5);
	ck_assert_uint_eq(timers_next(), loop_now() + 5);
	timers_run(loop_now() + 5);
	ck_assert_uint_eq(fired, 1);
	ck_assert(!timer_pending(&timers[2]));
	ck_assert(timer_pending(&timers[0]));
	loop_close();
	ck_assert(!timer_pending(&timers[0]));
}
END_TEST

Suite *timer_suite(void)
{
	Suite *s = suite_create("timer");
	TCase *tc = tcase_create("heap");

	tcase_add_test(tc, fire_in_order);
	tcase_add_test(tc, moved_to_later_fires_later);
	tcase_add_test(tc, moved_to_earlier_fires_earlier);
	suite_add_tcase(s, tc);
	return s;
}
