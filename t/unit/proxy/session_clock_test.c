/* SPDX-License-Identifier: BSD-2-Clause */
/* Which timeout of silence is over, and when to ask again. */
#include <check.h>

#include "event/event.h"
#include "event/timer.h"
#include "proxy/service.h"
#include "proxy/session_clock.h"
#include "proxy/session_struct.h"

Suite *session_clock_suite(void);

static struct service_conf conf;
static struct service service;
static struct session s;
static enum reason why;

static void on_timer(struct timer *t)
{
	(void)t;
}

static void begin(uint64_t idle, uint64_t client, uint64_t server)
{
	ck_assert(loop_open("poll"));
	conf = (struct service_conf){ .idle_timeout_ms = idle, .client_timeout_ms = client,
				      .server_timeout_ms = server };
	service = (struct service){ .conf = &conf, .patience_ms = 50 };
	s = (struct session){ .service = &service, .state = SESSION_RELAYING };
	s.client.event.fd = s.server.event.fd = -1;
	timer_setup(&s.timer, on_timer);
	s.started_us = loop_now_us();
	session_clock_start(&s);
}

static void silent(uint32_t client_ms, uint32_t server_ms)
{
	s.client_at = session_clock_now() - client_ms;
	s.server_at = session_clock_now() - server_ms;
}

static void expect_over(enum reason reason)
{
	ck_assert(session_clock_over(&s, &why));
	ck_assert_int_eq((int)why, (int)reason);
	timer_cancel(&s.timer);
	loop_close();
}

static void expect_next(uint64_t ms)
{
	ck_assert(!session_clock_over(&s, &why));
	ck_assert(timer_pending(&s.timer));
	ck_assert_uint_eq(s.timer.when, loop_now() + ms);
	timer_cancel(&s.timer);
	loop_close();
}

START_TEST(both_silent)
{
	begin(100, 0, 0);
	silent(120, 100);
	expect_over(REASON_IDLE_TIMEOUT);
	begin(100, 0, 0);
	silent(500, 70);
	expect_next(30);
}
END_TEST

START_TEST(one_silent)
{
	begin(0, 100, 200);
	silent(100, 10);
	expect_over(REASON_CLIENT_TIMEOUT);
	begin(0, 100, 200);
	silent(10, 200);
	expect_over(REASON_SERVER_TIMEOUT);
	begin(0, 100, 200);
	silent(10, 150);
	expect_next(50);
}
END_TEST

/* Of a client that has said all and waits for its answer nothing is expected. */
START_TEST(a_side_that_is_not_awaited_may_be_silent)
{
	begin(0, 100, 0);
	s.relay.up.eof = true;
	silent(500, 500);
	ck_assert(!session_clock_over(&s, &why));
	ck_assert(!timer_pending(&s.timer));
	loop_close();
}
END_TEST

/* From a to b took no clock tick, but the silence began before 49 days were over. */
START_TEST(the_low_half_of_the_clock_may_wrap)
{
	begin(100, 0, 0);
	silent(0, 0);
	s.client_at = s.server_at = session_clock_now() + 1;	/* a moment ago, 2^32 ms long */
	ck_assert_uint_eq(session_clock_both_silent(&s), UINT32_MAX);
	loop_close();
}
END_TEST

START_TEST(moves_end_silence_and_are_told)
{
	begin(100, 0, 0);
	silent(50, 50);
	ck_assert(!session_clock_note(&s, 0, 0));
	ck_assert_uint_eq(session_clock_both_silent(&s), 50);
	s.relay.up.bytes = 10;
	s.relay.up.took = true;
	ck_assert(session_clock_note(&s, 0, 0));
	ck_assert_uint_eq(session_clock_both_silent(&s), 0);
	ck_assert_uint_eq(s.first_byte_us, 0);
	ck_assert(!s.relay.up.took);
	s.relay.down.bytes = 10;
	ck_assert(session_clock_note(&s, 10, 0));
	ck_assert_uint_gt(s.first_byte_us, 0);
	loop_close();
}
END_TEST

START_TEST(an_answer_in_pieces_flows)
{
	begin(0, 0, 0);
	for (int i = 0; i < 4; i++) {
		ck_assert(!session_clock_answer_flows(&s));
		s.relay.down.bytes += 10;
		ck_assert(session_clock_note(&s, 0, s.relay.down.bytes - 10));
	}
	ck_assert(session_clock_answer_flows(&s));
	ck_assert(!session_clock_request_flows(&s));
	silent(0, 1000);
	ck_assert(!session_clock_answer_flows(&s));
	/* the other side speaks: a new exchange */
	s.relay.up.bytes += 10;
	ck_assert(session_clock_note(&s, s.relay.up.bytes - 10, s.relay.down.bytes));
	silent(0, 0);
	ck_assert(!session_clock_answer_flows(&s));
	loop_close();
}
END_TEST

START_TEST(the_timer_is_set_once)
{
	begin(100, 0, 0);
	session_clock_watch(&s);
	ck_assert_uint_eq(s.timer.when, loop_now() + 50);
	timer_set(&s.timer, 20);
	session_clock_watch(&s);
	ck_assert_uint_eq(s.timer.when, loop_now() + 20);
	timer_cancel(&s.timer);
	loop_close();
}
END_TEST

Suite *session_clock_suite(void)
{
	Suite *suite = suite_create("session_clock");
	TCase *tc = tcase_create("session_clock");

	tcase_add_test(tc, both_silent);
	tcase_add_test(tc, one_silent);
	tcase_add_test(tc, a_side_that_is_not_awaited_may_be_silent);
	tcase_add_test(tc, the_low_half_of_the_clock_may_wrap);
	tcase_add_test(tc, moves_end_silence_and_are_told);
	tcase_add_test(tc, an_answer_in_pieces_flows);
	tcase_add_test(tc, the_timer_is_set_once);
	suite_add_tcase(suite, tc);
	return suite;
}
