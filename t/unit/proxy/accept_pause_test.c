/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>

#include "core/log.h"
#include "core/scoreboard.h"
#include "event/event.h"
#include "event/timer.h"
#include "proxy/accept_pause.h"
#include "proxy/session_list.h"

Suite *accept_pause_suite(void);

static unsigned changes;
static struct timer guard;

static void on_change(void)
{
	changes++;
}

static void on_guard(struct timer *t)
{
	(void)t;
	loop_stop();
}

static void begin(void)
{
	struct scoreboard_sizes sizes = { .slots = 4, .services = 1, .backends = 1, .sessions = 1 };

	ck_assert(scoreboard_open(&sizes));
	scoreboard_set_own(0);
	log_set_level(LEVEL_ALERT);
	ck_assert(loop_open("poll"));
	session_list_open();
	accept_pause_open(on_change);
	changes = 0;
}

static void expect(enum pause_cause cause, unsigned wanted_changes)
{
	ck_assert_int_eq((int)accept_pause_cause(), (int)cause);
	ck_assert_int_eq(scoreboard_slot(scoreboard_own())->paused, (int)cause);
	ck_assert_uint_eq(changes, wanted_changes);
}

START_TEST(a_pause_ends_by_itself)
{
	begin();
	ck_assert(accept_pause_accepts());
	accept_pause_begin(PAUSE_MEMORY);
	expect(PAUSE_MEMORY, 1);
	ck_assert(!accept_pause_accepts());
	accept_pause_begin(PAUSE_DESCRIPTORS);	/* the first cause stays */
	expect(PAUSE_MEMORY, 1);
	timer_setup(&guard, on_guard);
	timer_set(&guard, 150);
	loop_run();
	expect(PAUSE_NONE, 2);
	ck_assert_uint_ge(counter_of(scoreboard_own(), COUNTER_ACCEPT_PAUSED_MEMORY_MS), 99);
	loop_close();
}
END_TEST

START_TEST(a_session_that_ends_makes_room)
{
	begin();
	accept_pause_begin(PAUSE_DESCRIPTORS);
	accept_pause_session_ended();
	expect(PAUSE_NONE, 2);
	accept_pause_session_ended();
	expect(PAUSE_NONE, 2);
	loop_close();
}
END_TEST

START_TEST(at_a_limit_there_is_no_room)
{
	begin();
	accept_pause_set_limits(16);
	ck_assert_int_eq((int)accept_pause_full(), PAUSE_NONE);
	accept_pause_set_limits(0);
	ck_assert_int_eq((int)accept_pause_full(), PAUSE_LIMIT);
	accept_pause_begin(PAUSE_LIMIT);
	accept_pause_session_ended();	/* none less than the limit */
	expect(PAUSE_LIMIT, 1);
	loop_close();
}
END_TEST

START_TEST(a_stop_is_for_good_and_no_pause)
{
	begin();
	accept_pause_stop();
	ck_assert(!accept_pause_accepts());
	expect(PAUSE_NONE, 1);
	accept_pause_begin(PAUSE_MEMORY);
	expect(PAUSE_NONE, 1);
	loop_close();
}
END_TEST

Suite *accept_pause_suite(void)
{
	Suite *s = suite_create("accept_pause");
	TCase *tc = tcase_create("accept_pause");

	tcase_add_test(tc, a_pause_ends_by_itself);
	tcase_add_test(tc, a_session_that_ends_makes_room);
	tcase_add_test(tc, at_a_limit_there_is_no_room);
	tcase_add_test(tc, a_stop_is_for_good_and_no_pause);
	suite_add_tcase(s, tc);
	return s;
}
