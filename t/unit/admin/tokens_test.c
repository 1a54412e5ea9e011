/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/tokens.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

Suite *tokens_suite(void);

/* Of "abc" and of the empty text (FIPS 180-2 has the first). */
#define ABC "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define EMPTY "sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"

static char why[200];

static struct tokens *parse(const char *text)
{
	return tokens_parse(slice_of(text), why, sizeof(why));
}

START_TEST(secrets_are_found)
{
	struct tokens *t = parse("# the first\n\n  \t\na write " ABC " # all services\r\n"
				 "b\toperate " EMPTY " web* db   # two\nc read " ABC "0 \n");

	ck_assert_ptr_null(t);
	t = parse("# the first\n\n  \t\na write " ABC " # all services\r\n"
		  "b\toperate " EMPTY " web* db   # two");
	ck_assert_msg(t != NULL, "%s", why);
	const struct token *a = tokens_find(t, slice_of("abc")), *b = tokens_find(t, slice_of(""));

	ck_assert_str_eq(a->name, "a");
	ck_assert_int_eq(a->access, HTTP_ACCESS_WRITE);
	ck_assert_uint_eq(a->glob_count, 0);
	ck_assert_str_eq(b->name, "b");
	ck_assert_int_eq(b->access, HTTP_ACCESS_OPERATE);
	ck_assert_uint_eq(b->glob_count, 2);
	ck_assert_ptr_null(tokens_find(t, slice_of("abd")));
	ck_assert_ptr_null(tokens_find(t, slice_of("abc ")));
	ck_assert(tokens_match(a, "anything") && tokens_match(a, NULL));
	ck_assert(tokens_match(b, "web") && tokens_match(b, "web-2") && tokens_match(b, "db"));
	ck_assert(!tokens_match(b, "db2") && !tokens_match(b, "aweb") && !tokens_match(b, NULL));
	tokens_release(tokens_hold(t));
	ck_assert_ptr_eq(tokens_find(t, slice_of("abc")), a);
	tokens_release(t);
}
END_TEST

static const struct {
	const char *text, *why;
} mistakes[] = {
	{ "a write\n", "1: behind the role comes sha256:" },
	{ "a\n", "1: the role behind the name is" },
	{ "\n\na admin " ABC "\n", "3: the role behind the name is" },
	{ "a write ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n",
	  "1: behind the role comes sha256:" },
	{ "a write " ABC "0\n", "1: behind the role comes sha256:" },
	{ "a write sha256:xa7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
	  "1: behind the role comes sha256:" },
	{ "a write " ABC "\nb read " EMPTY "\na read " EMPTY,
	  "3: a token with that name is above" },
	{ "a/b write " ABC "\n", "1: a name has" },
	{ "0123456789012345678901234567890123456789012345678901234567890123 write " ABC,
	  "1: a name has" },
};

START_TEST(a_bad_line_is_told_with_its_number)
{
	ck_assert_ptr_null(parse(mistakes[_i].text));
	ck_assert_msg(strncmp(why, mistakes[_i].why, strlen(mistakes[_i].why)) == 0, "%s", why);
}
END_TEST

START_TEST(bytes_that_are_no_text)
{
	static const char nul[] = "a\0b write " ABC "\n", hash[] = "a write sha256:\0\0\n";

	ck_assert_ptr_null(
		tokens_parse((struct slice){ nul, sizeof(nul) - 1 }, why, sizeof(why)));
	ck_assert_ptr_null(
		tokens_parse((struct slice){ hash, sizeof(hash) - 1 }, why, sizeof(why)));
}
END_TEST

Suite *tokens_suite(void)
{
	Suite *suite = suite_create("tokens");
	TCase *tests = tcase_create("tokens");

	tcase_add_test(tests, secrets_are_found);
	tcase_add_loop_test(tests, a_bad_line_is_told_with_its_number, 0, COUNT(mistakes));
	tcase_add_test(tests, bytes_that_are_no_text);
	suite_add_tcase(suite, tests);
	return suite;
}
