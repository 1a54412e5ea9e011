/* SPDX-License-Identifier: BSD-2-Clause */
#include "dns_fixture.h"

Suite *dns_services_suite(void);

static void add_services(void)
{
	fake_add(&one, "_app._tcp.example", 33, 1, "1 5 81 b.example");
	fake_add(&one, "_app._tcp.example", 33, 1, "0 7 80 a.example");
	fake_add(&one, "a.example", 1, 60, "10.0.0.1");
	fake_add(&one, "a.example", 28, 60, "2001:db8::1");
	fake_add(&one, "b.example", 1, 60, "10.0.0.2");
	fake_add(&one, "c.example", 1, 60, "10.0.0.3");
}

START_TEST(services_have_priority_weight_and_port)
{
	add_services();
	watch("srv:_app._tcp.example");
	wait_until(called);
	ck_assert_int_eq(answer()->status, DNS_OK);
	ck_assert_str_eq(printed(),
			 "10.0.0.1:80/0/7 10.0.0.2:81/1/5 [2001:db8::1]:80/0/7");
	ck_assert_uint_eq(answer()->ttl_s, 1);
	ck_assert_uint_eq(w.calls, 1);
	one.zone[0].data = "1 5 82 c.example";
	wait_until(called_twice);
	ck_assert_str_eq(printed(),
			 "10.0.0.1:80/0/7 10.0.0.3:82/1/5 [2001:db8::1]:80/0/7");
}
END_TEST

START_TEST(services_keep_what_their_hosts_had)
{
	add_services();
	one.zone[2].ttl = one.zone[3].ttl = one.zone[4].ttl = 1;
	watch("srv:_app._tcp.example");
	wait_until(called);
	one.mode = FAKE_SERVFAIL;
	wait_until(fails);
	ck_assert_str_eq(printed(),
			 "10.0.0.1:80/0/7 10.0.0.2:81/1/5 [2001:db8::1]:80/0/7");
	ck_assert(answer()->stale);
	one.mode = FAKE_TRUTH;
	wait_until(is_good);
	ck_assert(!answer()->stale);
}
END_TEST

START_TEST(services_that_lead_nowhere_are_left_out)
{
	fake_add(&one, "_app._tcp.example", 33, 60, "0 0 0 a.example");
	fake_add(&one, "_app._tcp.example", 33, 60, "0 0 80 .");
	fake_add(&one, "_app._tcp.example", 33, 60, "0 0 80 gone.example");
	fake_add(&one, "_app._tcp.example", 33, 60, "2 0 80 a.example");
	fake_add(&one, "_app._tcp.example", 33, 60, "1 0 80 a.example");
	fake_add(&one, "_none._tcp.example", 33, 60, "0 0 0 .");
	fake_add(&one, "a.example", 1, 60, "10.0.0.1");
	watch("srv:_app._tcp.example");
	wait_until(called);
	ck_assert_int_eq(answer()->status, DNS_OK);
	ck_assert_str_eq(printed(), "10.0.0.1:80/1/0");
	dns_unwatch(w.watch);
	watch("srv:_none._tcp.example");
	w.calls = 0;
	wait_until(called);
	ck_assert_int_eq(answer()->status, DNS_EMPTY);
}
END_TEST

static bool three_questions(void)
{
	return one.asked >= 3;
}

START_TEST(an_end_while_questions_are_open_frees_all)
{
	one.mode = FAKE_SILENT;
	add_services();
	watch("app.example:80");
	watch_refresh(&v, "srv:_app._tcp.example", 0);
	wait_until(three_questions);
	dns_unwatch(v.watch);
}
END_TEST

static bool queried;

static void on_queried(void)
{
	queried = true;
}

static bool is_queried(void)
{
	return queried;
}

START_TEST(what_is_wanted_now_is_known_to_be_resolved)
{
	add_services();
	watch("srv:_app._tcp.example");
	wait_until(called);
	queried = false;
	dns_on_queried(on_queried);
	one.zone[0].data = "1 5 82 c.example";
	one.zone[2].data = "10.0.0.11";
	ck_assert_uint_ge(dns_query_now(slice_of("")), 3);
	wait_until(is_queried);
	ck_assert_str_eq(printed(),
			 "10.0.0.3:82/1/5 10.0.0.11:80/0/7 [2001:db8::1]:80/0/7");
	dns_on_queried(NULL);
}
END_TEST

static void add_tests(TCase *tests)
{
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, services_have_priority_weight_and_port);
	tcase_add_test(tests, services_keep_what_their_hosts_had);
	tcase_add_test(tests, services_that_lead_nowhere_are_left_out);
	tcase_add_test(tests, an_end_while_questions_are_open_frees_all);
	tcase_add_test(tests, what_is_wanted_now_is_known_to_be_resolved);
}

Suite *dns_services_suite(void)
{
	Suite *suite = suite_create("dns_services");
	TCase *best = tcase_create("best back-end"), *poll = tcase_create("poll");

	tcase_add_checked_fixture(best, begin, end);
	add_tests(best);
	suite_add_tcase(suite, best);
	tcase_add_checked_fixture(poll, begin_poll, end);
	add_tests(poll);
	suite_add_tcase(suite, poll);
	return suite;
}
