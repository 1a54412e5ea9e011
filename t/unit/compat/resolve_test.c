/* SPDX-License-Identifier: BSD-2-Clause */
#include "compat/resolve.h"

#include <check.h>

#include "core/arena.h"

Suite *resolve_suite(void);

static const char *why;

START_TEST(listens_as_go_does)
{
	static const struct {
		const char *text, *address;
	} rows[] = {
		{ "127.0.0.1:80", "127.0.0.1:80" },
		{ "[::1]:80", "[::1]:80" },
		{ ":80", ":80" },
		{ "[::]:80", ":80" },
		{ "0.0.0.0:80", "0.0.0.0:80" },
	};
	struct resolved r;

	for (size_t i = 0; i < COUNT(rows); i++) {
		ck_assert_msg(resolve_listen(rows[i].text, &r, &why), "%s", rows[i].text);
		ck_assert_str_eq(r.text, rows[i].address);
		ck_assert(!r.named);
	}
	ck_assert(resolve_listen("localhost:3306", &r, &why));
	ck_assert_str_eq(r.text, "127.0.0.1:3306");
	ck_assert(r.named);
}
END_TEST

START_TEST(names_to_connect_to_stay_names)
{
	static const struct {
		const char *text, *endpoint;
	} rows[] = {
		{ "127.0.0.1:80", "127.0.0.1:80" },
		{ "[::1]:80", "[::1]:80" },
		{ ":80", "127.0.0.1:80" },
		{ "db1:3306", "db1:3306" },
		{ "nothing.invalid:80", "nothing.invalid:80" },
		{ "DB1.Example.NET.:3306", "db1.example.net:3306" },
		{ "[db1]:3306", "db1:3306" },
		{ "db1:https", "db1:443" },
	};
	struct arena *arena = arena_new();
	char text[ENDPOINT_TEXT];
	struct endpoint e;

	for (size_t i = 0; i < COUNT(rows); i++) {
		ck_assert_msg(resolve_remote(rows[i].text, &e, arena, &why), "%s", rows[i].text);
		(void)endpoint_print(&e, text, sizeof(text));
		ck_assert_str_eq(text, rows[i].endpoint);
	}
	arena_free(arena);
}
END_TEST

START_TEST(says_what_is_wrong)
{
	struct arena *arena = arena_new();
	struct resolved r;
	struct endpoint e;

	ck_assert(!resolve_listen("localhost", &r, &why));
	ck_assert_str_eq(why, "missing port in address");
	ck_assert(!resolve_listen("::1:80", &r, &why));
	ck_assert_str_eq(why, "too many colons in address");
	ck_assert(!resolve_listen("[::1:80", &r, &why));
	ck_assert(!resolve_listen("127.0.0.1:65616", &r, &why));
	ck_assert_str_eq(why, "invalid port");
	ck_assert(!resolve_listen("nothing.invalid:80", &r, &why));
	ck_assert(!resolve_remote("localhost", &e, arena, &why));
	ck_assert_str_eq(why, "missing port in address");
	ck_assert(!resolve_remote("db1:65616", &e, arena, &why));
	ck_assert_str_eq(why, "invalid port");
	ck_assert(!resolve_remote("db1:no-such-port", &e, arena, &why));
	ck_assert_str_eq(why, "unknown port");
	ck_assert(!resolve_remote("db1:", &e, arena, &why));	/* which is 0 */
	ck_assert(!resolve_remote("d b1:80", &e, arena, &why));
	arena_free(arena);
}
END_TEST

Suite *resolve_suite(void)
{
	Suite *s = suite_create("resolve");
	TCase *t = tcase_create("all");

	tcase_add_test(t, listens_as_go_does);
	tcase_add_test(t, names_to_connect_to_stay_names);
	tcase_add_test(t, says_what_is_wrong);
	suite_add_tcase(s, t);
	return s;
}
