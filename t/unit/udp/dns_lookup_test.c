/* SPDX-License-Identifier: BSD-2-Clause */
#include "dns_fixture.h"

Suite *dns_lookup_suite(void);

static const struct {
	enum fake_mode mode;
	enum dns_status status;
} failures[] = {
	{ FAKE_SILENT, DNS_TIMEOUT },
	{ FAKE_SERVFAIL, DNS_SERVFAIL },
	{ FAKE_REFUSED, DNS_REFUSED },
	{ FAKE_LOOP, DNS_INVALID },
	/* what is not the answer to the question is not looked at */
	{ FAKE_WRONG_ID, DNS_TIMEOUT },
	{ FAKE_WRONG_PORT, DNS_TIMEOUT },
	{ FAKE_WRONG_QUESTION, DNS_TIMEOUT },
	{ FAKE_GARBAGE, DNS_TIMEOUT },
};

START_TEST(failures_have_names_and_keep_the_last_answer)
{
	fake_add(&one, "app.example", 1, 1, "10.0.0.1");
	watch("app.example:80");
	wait_until(called);
	one.mode = failures[_i].mode;
	wait_until(called_twice);
	ck_assert_str_eq(dns_status_name(answer()->status), dns_status_name(failures[_i].status));
	ck_assert_str_eq(printed(), "10.0.0.1:0");
	ck_assert(answer()->stale && answer()->answered);
	one.mode = FAKE_TRUTH;
	one.zone[0].data = "10.0.0.9";
	wait_until(is_good);
	ck_assert_str_eq(printed(), "10.0.0.9:0");
	ck_assert(!answer()->stale);
}
END_TEST

START_TEST(failures_from_the_start_have_names_too)
{
	one.mode = failures[_i].mode;
	fake_add(&one, "app.example", 1, 1, "10.0.0.1");
	watch("app.example:80");
	wait_until(called);
	ck_assert_str_eq(dns_status_name(answer()->status), dns_status_name(failures[_i].status));
	ck_assert(!answer()->answered && answer()->count == 0 && !answer()->stale);
	one.mode = FAKE_TRUTH;
	wait_until(is_good);
	ck_assert_str_eq(printed(), "10.0.0.1:0");
}
END_TEST

START_TEST(a_port_without_a_server_refuses)
{
	struct sockaddr_in nobody = two.addr.u.in;

	use_servers(2);
	conf.servers.list[0] = two.addr;
	conf.servers.count = 1;
	/* receives from another port alone: and nobody else gets this one, such as who asks */
	nobody.sin_port = htons(1);
	ck_assert_int_eq(connect(two.udp.fd, (struct sockaddr *)&nobody, sizeof(nobody)), 0);
	dns_configure(&conf);
	watch("app.example:80");
	wait_until(called);
	ck_assert_str_eq(dns_status_name(answer()->status), "refused");
	ck_assert_uint_eq(two.asked, 0);
}
END_TEST

START_TEST(nothing_is_an_answer_that_keeps_the_last_one)
{
	fake_add(&one, "app.example", 1, 1, "10.0.0.1");
	watch("gone.example:80");
	wait_until(called);
	ck_assert_int_eq(answer()->status, DNS_NXDOMAIN);
	ck_assert(answer()->answered && !answer()->stale);
	dns_unwatch(w.watch);
	watch("app.example:80");
	wait_until(is_good);
	one.zone[0].type = 16;
	w.calls = 0;
	wait_until(called);
	ck_assert_int_eq(answer()->status, DNS_EMPTY);
	ck_assert_str_eq(printed(), "10.0.0.1:0");
	ck_assert(answer()->stale);
	one.zone[0].name = "other.example";
	w.calls = 0;
	wait_until(called);
	ck_assert_int_eq(answer()->status, DNS_NXDOMAIN);
	ck_assert_str_eq(printed(), "10.0.0.1:0");
}
END_TEST

START_TEST(one_family_that_fails_does_not_lose_the_other)
{
	fake_add(&one, "app.example", 1, 1, "10.0.0.1");
	fake_add(&one, "app.example", 28, 1, "2001:db8::1");
	one.failing_type = 28;	/* from the start: the name is good without it */
	watch("app.example:80");
	wait_until(called);
	ck_assert_int_eq(answer()->status, DNS_OK);
	ck_assert_str_eq(printed(), "10.0.0.1:0");
	one.failing_type = 0;
	wait_until(called_twice);
	ck_assert_str_eq(printed(), "10.0.0.1:0 [2001:db8::1]:0");
	one.failing_type = 28;
	one.zone[0].data = "10.0.0.2";
	wait_until(fails);
	ck_assert_int_eq(answer()->status, DNS_SERVFAIL);
	ck_assert_str_eq(printed(), "10.0.0.2:0 [2001:db8::1]:0");
	ck_assert(answer()->stale);
	one.failing_type = 0;
	one.zone[1].type = 16;	/* an answer without it takes it away */
	wait_until(is_good);
	ck_assert_str_eq(printed(), "10.0.0.2:0");
}
END_TEST

START_TEST(the_next_server_is_tried)
{
	fake_add(&two, "app.example", 1, 60, "10.0.0.2");
	one.mode = failures[_i].mode;
	use_servers(2);
	watch("app.example:80");
	wait_until(called);
	ck_assert_int_eq(answer()->status, DNS_OK);
	ck_assert_str_eq(printed(), "10.0.0.2:0");
	ck_assert_uint_gt(one.asked, 0);
}
END_TEST

START_TEST(tries_are_counted_for_each_server)
{
	one.mode = two.mode = FAKE_SILENT;
	use_servers(2);
	watch("app.example:80");
	wait_until(called);
	ck_assert_int_eq(answer()->status, DNS_TIMEOUT);
	ck_assert_uint_eq(one.asked, 4);	/* two tries of two types */
	ck_assert_uint_eq(two.asked, 4);
}
END_TEST

static void add_tests(TCase *tests)
{
	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, failures_have_names_and_keep_the_last_answer, 0,
			    COUNT(failures));
	tcase_add_loop_test(tests, failures_from_the_start_have_names_too, 0, COUNT(failures));
	tcase_add_test(tests, a_port_without_a_server_refuses);
	tcase_add_test(tests, nothing_is_an_answer_that_keeps_the_last_one);
	tcase_add_test(tests, one_family_that_fails_does_not_lose_the_other);
	tcase_add_loop_test(tests, the_next_server_is_tried, 0, COUNT(failures));
	tcase_add_test(tests, tries_are_counted_for_each_server);
}

Suite *dns_lookup_suite(void)
{
	Suite *suite = suite_create("dns_lookup");
	TCase *best = tcase_create("best back-end"), *poll = tcase_create("poll");

	tcase_add_checked_fixture(best, begin, end);
	add_tests(best);
	suite_add_tcase(suite, best);
	tcase_add_checked_fixture(poll, begin_poll, end);
	add_tests(poll);
	suite_add_tcase(suite, poll);
	return suite;
}
