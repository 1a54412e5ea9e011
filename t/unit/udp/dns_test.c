/* SPDX-License-Identifier: BSD-2-Clause */
#include "dns_fixture.h"

Suite *dns_suite(void);

START_TEST(both_families_are_one_sorted_set)
{
	fake_add(&one, "app.example", 1, 60, "10.0.0.2");
	fake_add(&one, "app.example", 1, 30, "10.0.0.1");
	fake_add(&one, "app.example", 1, 60, "10.0.0.2");
	fake_add(&one, "app.example", 28, 90, "2001:db8::1");
	watch("app.example:80");
	wait_until(called);
	ck_assert_int_eq(answer()->status, DNS_OK);
	ck_assert_str_eq(printed(), "10.0.0.1:0 10.0.0.2:0 [2001:db8::1]:0");
	ck_assert_uint_eq(answer()->ttl_s, 30);
	ck_assert(answer()->answered && !answer()->stale);
}
END_TEST

START_TEST(watches_of_a_name_share_its_questions)
{
	fake_add(&one, "app.example", 1, 60, "10.0.0.1");
	watch("app.example:80");
	watch_refresh(&v, "APP.example.:81", 0);
	wait_until(both_called);
	ck_assert_uint_eq(one.asked, 2);	/* A and AAAA */
	dns_unwatch(w.watch);
	w = (struct watched){ .calls = 0 };
	watch("app.example:82");		/* one that comes later is called, too */
	wait_until(called);
	ck_assert_uint_eq(one.asked, 2);
	ck_assert_str_eq(printed(), "10.0.0.1:0");
}
END_TEST

START_TEST(an_order_that_differs_is_no_change)
{
	fake_add(&one, "app.example", 1, 1, "10.0.0.1");
	fake_add(&one, "app.example", 1, 1, "10.0.0.2");
	watch("app.example:80");
	wait_until(called);
	one.zone[0].data = "10.0.0.2";
	one.zone[1].data = "10.0.0.1";
	unsigned before = one.asked;

	ck_assert_uint_eq(dns_query_now(slice_of("app.example")), 1);
	for (; one.asked < before + 4;)		/* once now, once by the TTL */
		wait_until(is_good);
	ck_assert_uint_eq(w.calls, 1);
	one.zone[1].data = "10.0.0.3";
	wait_until(called_twice);
	ck_assert_str_eq(printed(), "10.0.0.2:0 10.0.0.3:0");
}
END_TEST

START_TEST(what_is_truncated_comes_over_tcp)
{
	one.mode = FAKE_TRUNCATED;
	one.many = 1000;
	watch("app.example:80");
	wait_until(called);
	ck_assert_int_eq(answer()->status, DNS_OK);
	ck_assert_uint_eq(answer()->count, 1000);
	ck_assert_uint_gt(one.asked_tcp, 0);
}
END_TEST

START_TEST(four_thousand_addresses_are_cut_to_the_first_ones)
{
	one.mode = FAKE_TRUNCATED;
	one.many = 4000;
	watch("app.example:80");
	wait_until(called);
	ck_assert_int_eq(answer()->status, DNS_OK);
	ck_assert_uint_eq(answer()->count, DNS_ADDRESSES_MAX);
	ck_assert_msg(strncmp(printed(), "10.0.0.0:0 10.0.0.1:0 ", 22) == 0, "%s", printed());
}
END_TEST

START_TEST(addresses_that_lead_nowhere_are_left_out)
{
	fake_add(&one, "app.example", 1, 60, "0.0.0.0");
	fake_add(&one, "app.example", 1, 60, "255.255.255.255");
	fake_add(&one, "app.example", 28, 60, "::");
	fake_add(&one, "app.example", 28, 60, "fe80::1");
	fake_add(&one, "app.example", 28, 60, "::ffff:10.0.0.1");
	fake_add(&one, "none.example", 1, 60, "0.0.0.0");
	watch("app.example:80");
	wait_until(called);
	ck_assert_str_eq(printed(), "10.0.0.1:0");
	dns_unwatch(w.watch);
	watch("none.example:80");
	w.calls = 0;
	wait_until(called);
	ck_assert_int_eq(answer()->status, DNS_EMPTY);
}
END_TEST

START_TEST(search_domains_are_asked_for_in_order)
{
	setenv("LOCALDOMAIN", "one.example two.example", 1);
	dns_close();
	ck_assert(dns_open());
	use_servers(1);
	fake_add(&one, "app.two.example", 1, 60, "10.0.0.2");
	fake_add(&one, "a.b", 1, 60, "10.0.0.3");
	watch("app:80");
	wait_until(called);
	ck_assert_str_eq(printed(), "10.0.0.2:0");
	dns_unwatch(w.watch);
	w.calls = 0;
	watch("a.b:80");	/* dots enough: as it is first */
	wait_until(called);
	ck_assert_str_eq(printed(), "10.0.0.3:0");
	ck_assert_str_eq(one.last, "a.b");
	dns_unwatch(w.watch);
	w.calls = 0;
	watch("gone:80");
	wait_until(called);
	ck_assert_int_eq(answer()->status, DNS_NXDOMAIN);
	ck_assert_str_eq(one.last, "gone");
}
END_TEST

START_TEST(a_domain_that_fails_is_not_passed_by)
{
	setenv("LOCALDOMAIN", "one.example two.example", 1);
	dns_close();
	ck_assert(dns_open());
	use_servers(1);
	one.mode = FAKE_SERVFAIL;
	watch("app:80");
	wait_until(called);
	ck_assert_int_eq(answer()->status, DNS_SERVFAIL);
	ck_assert_str_eq(one.last, "app.one.example");
}
END_TEST

START_TEST(the_hosts_file_comes_first)
{
	char path[] = "/tmp/heddle-hosts-XXXXXX";
	int fd = mkstemp(path);
	static const char text[] = "10.1.1.1 app.example\n10.1.1.2 app.example x\n"
				   "::7 app.example\n";

	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	setenv("CARES_HOSTS", path, 1);
	fake_add(&one, "app.example", 1, 60, "10.0.0.1");
	watch("app.example:80");
	wait_until(called);
	unlink(path);
	ck_assert_str_eq(printed(), "10.1.1.1:0 10.1.1.2:0 [::7]:0");
	ck_assert_uint_eq(one.asked, 0);
}
END_TEST

static bool four_questions(void)
{
	return one.asked >= 4;
}

START_TEST(a_fixed_refresh_does_not_follow_the_record)
{
	fake_add(&one, "app.example", 1, 3600, "10.0.0.1");
	watch_refresh(&w, "app.example:80", 50);
	wait_until(four_questions);
	ck_assert_uint_eq(w.calls, 1);
}
END_TEST

START_TEST(max_ttl_bounds_the_record)
{
	conf.max_ttl_ms = conf.min_ttl_ms = 100;
	dns_configure(&conf);
	fake_add(&one, "app.example", 1, 3600, "10.0.0.1");
	watch("app.example:80");
	wait_until(four_questions);
	ck_assert_uint_eq(w.calls, 1);
}
END_TEST

static bool two_questions(void)
{
	return one.asked >= 2;
}

START_TEST(other_servers_take_over_what_is_under_way)
{
	one.mode = FAKE_SILENT;
	fake_add(&two, "app.example", 1, 60, "10.0.0.2");
	conf.timeout_ms = 60000;
	dns_configure(&conf);
	watch("app.example:80");
	wait_until(two_questions);
	conf.servers.list[0] = two.addr;
	dns_configure(&conf);
	wait_until(called);
	ck_assert_int_eq(answer()->status, DNS_OK);
	ck_assert_str_eq(printed(), "10.0.0.2:0");
}
END_TEST

static struct dns_watch *many[3];

static void unwatch_all(struct dns_watch *watch, void *owner)
{
	(void)watch;
	(void)owner;
	for (unsigned i = 0; i < 3; i++)
		dns_unwatch(many[i]);
	w.calls++;
}

START_TEST(watches_may_end_in_a_callback)
{
	const char *why;
	struct endpoint e;

	fake_add(&one, "app.example", 1, 60, "10.0.0.1");
	ck_assert(endpoint_parse(slice_of("app.example:80"), &e, NULL, arena, &why));
	w.calls = 0;
	for (unsigned i = 0; i < 3; i++)
		many[i] = dns_watch(&e, 0, unwatch_all, NULL);
	wait_until(called);
	ck_assert_uint_eq(w.calls, 1);
	ck_assert_uint_eq(dns_query_now(slice_of("")), 0);
}
END_TEST

static void add_tests(TCase *tests)
{
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, both_families_are_one_sorted_set);
	tcase_add_test(tests, watches_of_a_name_share_its_questions);
	tcase_add_test(tests, an_order_that_differs_is_no_change);
	tcase_add_test(tests, what_is_truncated_comes_over_tcp);
	tcase_add_test(tests, four_thousand_addresses_are_cut_to_the_first_ones);
	tcase_add_test(tests, addresses_that_lead_nowhere_are_left_out);
	tcase_add_test(tests, search_domains_are_asked_for_in_order);
	tcase_add_test(tests, a_domain_that_fails_is_not_passed_by);
	tcase_add_test(tests, the_hosts_file_comes_first);
	tcase_add_test(tests, a_fixed_refresh_does_not_follow_the_record);
	tcase_add_test(tests, max_ttl_bounds_the_record);
	tcase_add_test(tests, other_servers_take_over_what_is_under_way);
	tcase_add_test(tests, watches_may_end_in_a_callback);
}

Suite *dns_suite(void)
{
	Suite *suite = suite_create("dns");
	TCase *best = tcase_create("best back-end"), *poll = tcase_create("poll");

	tcase_add_checked_fixture(best, begin, end);
	add_tests(best);
	suite_add_tcase(suite, best);
	tcase_add_checked_fixture(poll, begin_poll, end);
	add_tests(poll);
	suite_add_tcase(suite, poll);
	return suite;
}
