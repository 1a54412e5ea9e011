/* SPDX-License-Identifier: BSD-2-Clause */
#include <arpa/inet.h>
#include <check.h>

#include "core/network.h"

Suite *network_suite(void);

static const struct {
	const char *text, *printed;	/* NULL: refused */
} texts[] = {
	{ "10.0.0.0/8", "10.0.0.0/8" },       { "10.1.2.3", "10.1.2.3/32" },
	{ "0.0.0.0/0", "0.0.0.0/0" },         { "fd00::/8", "fd00::/8" },
	{ "::1", "::1/128" },                 { "::/0", "::/0" },
	{ "10.0.0.1/8", NULL },               { "10.0.0.0/33", NULL },
	{ "fd00::/129", NULL },               { "fd01::/8", NULL },
	{ "10.0.0.0/", NULL },                { "10.0.0.0/x", NULL },
	{ "localhost", NULL },                { "", NULL },
	{ "10.0.0.0/8/8", NULL },             { "10.0.0", NULL },
};

START_TEST(read_and_printed)
{
	char buf[NETWORK_TEXT];
	struct network n;
	bool ok = network_parse(slice_of(texts[_i].text), &n);

	ck_assert_msg(ok == (texts[_i].printed != NULL), "%s", texts[_i].text);
	if (ok)
		ck_assert_str_eq(network_print(&n, buf), texts[_i].printed);
}
END_TEST

static bool has(const char *network, const char *host)
{
	struct network n;
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
	struct in6_addr address;

	ck_assert(network_parse(slice_of(network), &n));
	if (inet_pton(AF_INET, host, &v4.sin_addr) == 1)
		ck_assert(network_host((const struct sockaddr *)&v4, &address));
	else {
		ck_assert_int_eq(inet_pton(AF_INET6, host, &v6.sin6_addr), 1);
		ck_assert(network_host((const struct sockaddr *)&v6, &address));
	}
	return network_has(&n, &address);
}

START_TEST(hosts)
{
	struct sockaddr none = { .sa_family = AF_UNIX };
	struct in6_addr host;

	ck_assert(has("10.0.0.0/8", "10.255.255.255"));
	ck_assert(!has("10.0.0.0/8", "11.0.0.0"));
	ck_assert(has("10.0.0.0/9", "10.127.0.1"));
	ck_assert(!has("10.0.0.0/9", "10.128.0.1"));
	ck_assert(has("10.0.0.0/8", "::ffff:10.0.0.1"));
	ck_assert(has("0.0.0.0/0", "1.2.3.4"));
	ck_assert(!has("0.0.0.0/0", "::1"));
	ck_assert(has("::/0", "1.2.3.4"));
	ck_assert(has("fd00::/8", "fdff::1"));
	ck_assert(!has("fd00::/8", "fe00::1"));
	ck_assert(!has("::1", "::2"));
	ck_assert(!network_host(&none, &host));
}
END_TEST

Suite *network_suite(void)
{
	Suite *suite = suite_create("network");
	TCase *tests = tcase_create("network");

	tcase_add_loop_test(tests, read_and_printed, 0, sizeof(texts) / sizeof(texts[0]));
	tcase_add_test(tests, hosts);
	suite_add_tcase(suite, tests);
	return suite;
}
