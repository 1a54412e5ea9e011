/* SPDX-License-Identifier: BSD-2-Clause */
#include <arpa/inet.h>
#include <check.h>

#include "udp/fanout_senders.h"

Suite *fanout_senders_suite(void);

static bool admits(const char *allow, const char *deny, const char *host)
{
	struct sockaddr_in sa = { .sin_family = AF_INET };
	struct fanout_senders s;
	bool admitted;

	ck_assert_int_eq(inet_pton(AF_INET, host, &sa.sin_addr), 1);
	fanout_senders_open(&s, allow, deny);
	admitted = fanout_senders_admit(&s, (const struct sockaddr *)&sa);
	fanout_senders_close(&s);
	return admitted;
}

START_TEST(deny_comes_first)
{
	ck_assert(admits(NULL, NULL, "1.2.3.4"));
	ck_assert(admits("10.0.0.0/8 192.168.0.0/16", NULL, "192.168.9.9"));
	ck_assert(!admits("10.0.0.0/8 192.168.0.0/16", NULL, "172.16.0.1"));
	ck_assert(!admits(NULL, "10.0.0.0/8", "10.0.0.1"));
	ck_assert(admits(NULL, "10.0.0.0/8", "11.0.0.1"));
	ck_assert(!admits("10.0.0.0/8", "10.1.0.0/16", "10.1.0.1"));
	ck_assert(admits("10.0.0.0/8", "10.1.0.0/16", "10.2.0.1"));
}
END_TEST

START_TEST(unix_senders_have_no_network)
{
	struct sockaddr sa = { .sa_family = AF_UNIX };
	struct fanout_senders s;

	fanout_senders_open(&s, "10.0.0.0/8", "0.0.0.0/0");
	ck_assert(fanout_senders_admit(&s, &sa));
	fanout_senders_close(&s);
}
END_TEST

Suite *fanout_senders_suite(void)
{
	Suite *suite = suite_create("fanout_senders");
	TCase *tests = tcase_create("fanout_senders");

	tcase_add_test(tests, deny_comes_first);
	tcase_add_test(tests, unix_senders_have_no_network);
	suite_add_tcase(suite, tests);
	return suite;
}
