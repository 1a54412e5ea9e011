/* SPDX-License-Identifier: BSD-2-Clause */
/* How many tries there may be, and how long each. */
#include <check.h>
#include <errno.h>

#include "core/log.h"
#include "core/scoreboard.h"
#include "event/event.h"
#include "proxy/service.h"
#include "proxy/session_struct.h"
#include "proxy/session_try.h"

Suite *session_try_suite(void);

static struct service_conf conf;
static struct backend_conf backend_conf;
static struct backend backend;
static struct service service;
static struct session s;

static void begin(uint32_t tries, uint64_t each_ms, uint64_t total_ms)
{
	struct scoreboard_sizes sizes = { .slots = 4, .services = 1, .backends = 2, .sessions = 1 };

	ck_assert(scoreboard_open(&sizes));
	scoreboard_set_own(0);
	log_set_level(LEVEL_ALERT);
	ck_assert(loop_open("poll"));
	conf = (struct service_conf){ .connect_tries = tries,
				      .connect_timeout_ms = each_ms,
				      .connect_total_timeout_ms = total_ms,
				      .passive = { .on = true, .failures = 1 } };
	service = (struct service){ .name = (char *)"web", .conf = &conf };
	backend_conf = (struct backend_conf){ .weight = 1 };
	backend = (struct backend){ .conf = &backend_conf, .name = "one", .address = "one",
				    .shown = "one", .handle = backend_cell_take(),
				    .references = 1 };
	s = (struct session){ .service = &service, .choice.row = session_rows(0),
			      .started_us = loop_now_us() };
}

static void spent(uint64_t ms)
{
	s.started_us = loop_now_us() - ms * 1000;
}

/* One try that has begun with the only backend. */
static void take(void)
{
	uint64_t word = active_read(backend_active(backend.handle.index));

	ck_assert(active_move(backend_active(backend.handle.index), &word, 1));
	backend_hold(&backend);
	s.backend = &backend;
	s.tries++;
}

START_TEST(as_many_as_connect_tries)
{
	begin(2, 1000, 0);
	ck_assert(session_try_allowed(&s));
	s.tries = 1;
	ck_assert(session_try_allowed(&s));
	s.tries = 2;
	ck_assert(!session_try_allowed(&s));
	conf.connect_tries = 0;
	ck_assert(session_try_allowed(&s));
	loop_close();
}
END_TEST

START_TEST(as_long_as_connect_total_timeout_but_once_in_any_case)
{
	begin(0, 1000, 500);
	spent(500);
	ck_assert(session_try_allowed(&s));
	s.tries = 1;
	ck_assert(!session_try_allowed(&s));
	spent(400);
	ck_assert(session_try_allowed(&s));
	loop_close();
}
END_TEST

START_TEST(no_more_where_this_machine_lacks_something)
{
	begin(0, 1000, 0);
	s.error = EMFILE;
	ck_assert(!session_try_allowed(&s));
	ck_assert_int_eq((int)session_try_shortage(&s), PAUSE_DESCRIPTORS);
	s.error = ECONNREFUSED;
	ck_assert(session_try_allowed(&s));
	loop_close();
}
END_TEST

START_TEST(the_last_one_has_the_rest_of_the_time)
{
	begin(0, 300, 1000);
	s.tries = 1;
	ck_assert_uint_eq(session_try_timeout(&s), 300);
	s.tries = 2;
	spent(900);
	ck_assert_uint_eq(session_try_timeout(&s), 100);
	ck_assert(s.hurried);
	spent(2000);
	ck_assert_uint_eq(session_try_timeout(&s), 1);
	conf.connect_timeout_ms = 0;
	conf.connect_total_timeout_ms = 0;
	ck_assert_uint_eq(session_try_timeout(&s), 0);
	ck_assert(!s.hurried);
	loop_close();
}
END_TEST

START_TEST(a_failure_counts_and_gives_back)
{
	begin(0, 300, 0);
	take();
	session_try_failed(&s, ECONNREFUSED);
	ck_assert_ptr_null(s.backend);
	ck_assert_ptr_eq(s.failed, &backend);
	ck_assert(choice_has(&s.choice, &backend));
	ck_assert_uint_eq(backend_sessions(&backend), 0);
	ck_assert_uint_eq(backend_cell(backend.handle.index)->errors[DIAL_REFUSED], 1);
	ck_assert_int_eq(s.error, ECONNREFUSED);
	session_try_close(&s);
	ck_assert_uint_eq(backend.references, 1);
	loop_close();
}
END_TEST

START_TEST(one_that_had_no_fair_chance_is_not_marked)
{
	begin(0, 300, 1000);
	s.tries = 1;
	take();
	spent(900);
	ck_assert_uint_eq(session_try_timeout(&s), 100);
	session_try_timed_out(&s);
	ck_assert_uint_eq(backend_cell(backend.handle.index)->health, HEALTH_UP);
	ck_assert_uint_eq(backend_cell(backend.handle.index)->errors[DIAL_TIMEOUT], 0);
	ck_assert_int_eq(s.error, ETIMEDOUT);
	session_try_close(&s);
	loop_close();
}
END_TEST

Suite *session_try_suite(void)
{
	Suite *suite = suite_create("session_try");
	TCase *tc = tcase_create("session_try");

	tcase_add_test(tc, as_many_as_connect_tries);
	tcase_add_test(tc, as_long_as_connect_total_timeout_but_once_in_any_case);
	tcase_add_test(tc, no_more_where_this_machine_lacks_something);
	tcase_add_test(tc, the_last_one_has_the_rest_of_the_time);
	tcase_add_test(tc, a_failure_counts_and_gives_back);
	tcase_add_test(tc, one_that_had_no_fair_chance_is_not_marked);
	suite_add_tcase(suite, tc);
	return suite;
}
