/* SPDX-License-Identifier: BSD-2-Clause */
#include "compat/resolve.h"

#include <check.h>

Suite *resolve_suite(void);

static struct resolved r;
static const char *why;

START_TEST(takes_literals_as_go_does)
{
	static const struct {
		const char   *text;
		enum addr_use use;
		const char   *address;
	} rows[] = {
		{ "127.0.0.1:80", ADDR_DIAL, "127.0.0.1:80" },
		{ "[::1]:80", ADDR_DIAL, "[::1]:80" },
		{ ":80", ADDR_DIAL, "127.0.0.1:80" },
		{ ":80", ADDR_LISTEN, ":80" },
		{ "[::]:80", ADDR_LISTEN, ":80" },
		{ "0.0.0.0:80", ADDR_LISTEN, "0.0.0.0:80" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		ck_assert_msg(resolve(rows[i].text, rows[i].use, &r, &why), "%s", rows[i].text);
		ck_assert_uint_eq(r.count, 1);
		ck_assert_str_eq(r.text[0], rows[i].address);
		ck_assert(!r.named);
	}
}
END_TEST

START_TEST(looks_names_up)
{
	ck_assert(resolve("localhost:3306", ADDR_LISTEN, &r, &why));
	ck_assert_uint_eq(r.count, 1);
	ck_assert_str_eq(r.text[0], "127.0.0.1:3306");
	ck_assert(r.named);
	ck_assert(resolve("localhost:3306", ADDR_DIAL, &r, &why));
	ck_assert_uint_ge(r.count, 1);
}
END_TEST

START_TEST(says_what_is_wrong)
{
	ck_assert(!resolve("localhost", ADDR_DIAL, &r, &why));
	ck_assert_str_eq(why, "missing port in address");
	ck_assert(!resolve("::1:80", ADDR_DIAL, &r, &why));
	ck_assert_str_eq(why, "too many colons in address");
	ck_assert(!resolve("[::1:80", ADDR_DIAL, &r, &why));
	ck_assert(!resolve("127.0.0.1:65616", ADDR_DIAL, &r, &why));
	ck_assert_str_eq(why, "invalid port");
	ck_assert(!resolve("nothing.invalid:80", ADDR_DIAL, &r, &why));
}
END_TEST

Suite *resolve_suite(void)
{
	Suite *s = suite_create("resolve");
	TCase *t = tcase_create("all");

	tcase_add_test(t, takes_literals_as_go_does);
	tcase_add_test(t, looks_names_up);
	tcase_add_test(t, says_what_is_wrong);
	suite_add_tcase(s, t);
	return s;
}
