/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/access.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

Suite *access_suite(void);

#define HOSTS "a.example.com B "

static const struct {
	const char *host;
	bool        known;
} hosts[] = {
	{ "127.0.0.1", true },	     { "127.0.0.1:9190", true },  { "[::1]", true },
	{ "[::1]:9190", true },	     { "[2001:db8::7]:1", true }, { "localhost", true },
	{ "LocalHost:80", true },    { "localhost.", true },	  { "a.example.com", true },
	{ "A.Example.Com:1", true }, { "b", true },		  { "a.example.com.:80", true },
	{ "", false },		     { ":80", false },		  { "::1", false },
	{ "[::1", false },	     { "[]", false },		  { "[127.0.0.1]", false },
	{ "[::1]x", false },	     { "[::1]:x", false },	  { "127.0.0.1:x", false },
	{ "127.0.0.1.b", false },    { "localhost.b", false },	  { "a.example", false },
	{ "example.com", false },    { "a.example.com b", false }, { "127.1", false },
	{ "0x7f000001", false },     { "localhost:80:80", false }, { " localhost", false },
};

START_TEST(a_host)
{
	ck_assert_msg(access_knows_host(hosts[_i].host, HOSTS) == hosts[_i].known, "%s",
		      hosts[_i].host);
}
END_TEST

START_TEST(without_names)
{
	char longest[400];

	ck_assert(!access_knows_host("a.example.com", NULL) && !access_knows_host("b", ""));
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	ck_assert(!access_knows_host(longest, HOSTS));
}
END_TEST

static const struct {
	const char *origin, *host;
	bool        known;
} origins[] = {
	{ "http://127.0.0.1:9190", "127.0.0.1:9190", true },
	{ "https://x.example", "x.example", true },
	{ "https://x.example", "X.Example:443", true },
	{ "http://x.example:80", "x.example", true },
	{ "http://[::1]:1", "[::1]:1", true },
	{ "https://a.example.com", "other", true },
	{ "http://b:8080", NULL, true },
	{ "http://x.example:80", "x.example:443", false },
	{ "https://x.example", "x.example:80", false },
	{ "http://127.0.0.1:9191", "127.0.0.1:9190", false },
	{ "http://127.0.0.1", NULL, false },
	{ "http://evil.example", "127.0.0.1", false },
	{ "http://127.0.0.1.evil", "127.0.0.1", false },
	{ "http://b.evil", "127.0.0.1", false },
	{ "http://b:x", "127.0.0.1", false },
	{ "ftp://127.0.0.1", "127.0.0.1", false },
	{ "127.0.0.1", "127.0.0.1", false },
	{ "null", "null", false },
	{ "", "", false },
};

START_TEST(an_origin)
{
	ck_assert_msg(access_knows_origin(origins[_i].origin, origins[_i].host, HOSTS) ==
			      origins[_i].known, "%s", origins[_i].origin);
}
END_TEST

Suite *access_suite(void)
{
	Suite *suite = suite_create("access");
	TCase *tests = tcase_create("browsers");

	tcase_add_loop_test(tests, a_host, 0, COUNT(hosts));
	tcase_add_test(tests, without_names);
	tcase_add_loop_test(tests, an_origin, 0, COUNT(origins));
	suite_add_tcase(suite, tests);
	return suite;
}
