/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/route.h"

#include <check.h>

Suite *route_suite(void);

static struct route_captures got;

static bool matches(const char *pattern, const char *path)
{
	return route_matches(pattern, path, &got);
}

START_TEST(literal_paths_match_as_a_whole)
{
	ck_assert(matches("/_v1/stats", "/_v1/stats"));
	ck_assert(matches("/_v1/stats", "/_v1/%73tats"));
	ck_assert(matches("/", "/"));
	ck_assert(!matches("/_v1/stats", "/_v1/stats/"));
	ck_assert(!matches("/_v1/stats", "/_v1/stat"));
	ck_assert(!matches("/_v1/stats", "/_v1"));
	ck_assert(!matches("/_v1/stats", "/_v1%2Fstats"));
	ck_assert(!matches("/_v1/stats", "//_v1/stats"));
	ck_assert(!matches("/_v1/stats", "_v1/stats"));
	ck_assert(!matches("/_v1/stats", ""));
	ck_assert(!matches("/_v1/stats", "*"));
}
END_TEST

START_TEST(captures_are_told_by_their_type)
{
	const char *pattern = "/_v1/services/{service}/backends/{backend}";

	ck_assert(matches(pattern, "/_v1/services/web/backends/10.0.0.1:80"));
	ck_assert_str_eq(got.text[ROUTE_SERVICE], "web");
	ck_assert_str_eq(got.text[ROUTE_BACKEND], "10.0.0.1:80");
	ck_assert_ptr_null(got.text[ROUTE_ID]);
	ck_assert(!matches(pattern, "/_v1/services/web"));
	ck_assert(!matches(pattern, "/_v1/services/web/backends"));
	ck_assert(!matches(pattern, "/_v1/services/web/backends/"));
	ck_assert(!matches(pattern, "/_v1/services//backends/a"));
	ck_assert(!matches(pattern, "/_v1/services/web/frontends/a"));
	ck_assert(!matches(pattern, "/_v1/services/web/backends/a/b"));
	ck_assert(matches("/_v1/stats/{service}", "/_v1/stats/web"));
	ck_assert_ptr_null(got.text[ROUTE_BACKEND]);
}
END_TEST

START_TEST(captures_are_decoded_after_the_path_is_cut)
{
	const char *pattern = "/b/{backend}";

	ck_assert(matches(pattern, "/b/unix:%2Frun%2fa%20b.sock"));
	ck_assert_str_eq(got.text[ROUTE_BACKEND], "unix:/run/a b.sock");
	ck_assert(matches(pattern, "/b/100%"));
	ck_assert_str_eq(got.text[ROUTE_BACKEND], "100%");
	ck_assert(matches(pattern, "/b/%4"));
	ck_assert_str_eq(got.text[ROUTE_BACKEND], "%4");
	ck_assert(matches(pattern, "/b/%zz%25%"));
	ck_assert_str_eq(got.text[ROUTE_BACKEND], "%zz%%");
	ck_assert(matches(pattern, "/b/%ff"));
	ck_assert_str_eq(got.text[ROUTE_BACKEND], "\xff");
	ck_assert(!matches(pattern, "/b/a%00b"));
	ck_assert(!matches("/b", "/b%00"));
}
END_TEST

START_TEST(captures_have_a_longest)
{
	char path[1000] = "/s/";

	memset(path + 3, 'x', 255);
	ck_assert(matches("/s/{service}", path));
	ck_assert_uint_eq(strlen(got.text[ROUTE_SERVICE]), 255);
	ck_assert(matches("/s/{backend}", path));
	path[258] = 'x';
	ck_assert(!matches("/s/{backend}", path));
	memset(path + 3, 'x', sizeof(path) - 4);
	ck_assert(!matches("/s/{backend}", path));
}
END_TEST

START_TEST(numbers_are_numbers)
{
	ck_assert(matches("/_v1/sessions/{id}", "/_v1/sessions/18446744073709551615"));
	ck_assert_uint_eq(got.id, UINT64_MAX);
	ck_assert_str_eq(got.text[ROUTE_ID], "18446744073709551615");
	ck_assert(!matches("/_v1/sessions/{id}", "/_v1/sessions/18446744073709551616"));
	ck_assert(!matches("/_v1/sessions/{id}", "/_v1/sessions/-1"));
	ck_assert(!matches("/_v1/sessions/{id}", "/_v1/sessions/1a"));
}
END_TEST

START_TEST(head_comes_with_get)
{
	const struct route get = { .methods = HTTP_GET | HTTP_PUT };
	const struct route post = { .methods = HTTP_POST };

	ck_assert(route_takes(&get, HTTP_GET));
	ck_assert(route_takes(&get, HTTP_HEAD));
	ck_assert(route_takes(&get, HTTP_PUT));
	ck_assert(!route_takes(&get, HTTP_DELETE));
	ck_assert(!route_takes(&post, HTTP_HEAD));
	ck_assert(!route_takes(&post, HTTP_OTHER));
}
END_TEST

Suite *route_suite(void)
{
	Suite *suite = suite_create("route");
	TCase *paths = tcase_create("paths");

	tcase_add_test(paths, literal_paths_match_as_a_whole);
	tcase_add_test(paths, captures_are_told_by_their_type);
	tcase_add_test(paths, captures_are_decoded_after_the_path_is_cut);
	tcase_add_test(paths, captures_have_a_longest);
	tcase_add_test(paths, numbers_are_numbers);
	tcase_add_test(paths, head_comes_with_get);
	suite_add_tcase(suite, paths);
	return suite;
}
