/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <string.h>

#include "core/arena.h"
#include "core/base.h"
#include "core/go_json.h"
#include "core/json_node.h"
#include "core/text.h"

Suite *go_json_suite(void);

static struct arena *arena;
static struct text out;
static char why[GO_JSON_WHY];

static void setup(void)
{
	arena = arena_new();
	text_init(&out);
}

static void teardown(void)
{
	text_close(&out);
	arena_free(arena);
}

static const struct {
	const char *text, *is;
} good[] = {
	{ " null ", "null" },
	{ "{\"a\":1,\"a\":2}", "{\"a\": 1, \"a\": 2}" },
	{ "[\n1 ,2.50, -0.5]", "[1, 2.50, -0.5]" },
	{ "\"\\u00e9\\n\\/\"", "\"\xc3\xa9\\n/\"" },
	{ "\"\\ud83d\\ude00\"", "\"\xf0\x9f\x98\x80\"" },
	{ "\"\\ud83dx\"", "\"\xef\xbf\xbdx\"" },
	{ "\"\xff\"", "\"\xef\xbf\xbd\"" },
};

START_TEST(it_is_taken)
{
	struct node *node = go_json_read(slice_of(good[_i].text), arena, why);

	ck_assert_msg(node != NULL, "%s: %s", good[_i].text, why);
	json_node_print(node, 0, &out);
	ck_assert_str_eq(text_cstr(&out), good[_i].is);
}
END_TEST

/* The messages are Go's. */
static const struct {
	const char *text, *why;
} bad[] = {
	{ "", "unexpected end of JSON input" },
	{ "{\"a\":", "unexpected end of JSON input" },
	{ "\"abc", "unexpected end of JSON input" },
	{ "{'a':1}", "invalid character '\\'' looking for beginning of object key string" },
	{ "{\"a\" 1}", "invalid character '1' after object key" },
	{ "{\"a\":1 \"b\"}", "invalid character '\"' after object key:value pair" },
	{ "[1 2]", "invalid character '2' after array element" },
	{ "[1,]", "invalid character ']' looking for beginning of value" },
	{ "{} x", "invalid character 'x' after top-level value" },
	{ "tru3", "invalid character '3' in literal true (expecting 'e')" },
	{ "\"\\x\"", "invalid character 'x' in string escape code" },
	{ "\"\n\"", "invalid character '\\x0a' in string literal" },
	{ "1.x", "invalid character 'x' after decimal point in numeric literal" },
	{ "\"a\\u0000\"", "a string has a NUL character" },
};

START_TEST(it_is_refused)
{
	ck_assert_ptr_null(go_json_read(slice_of(bad[_i].text), arena, why));
	ck_assert_str_eq(why, bad[_i].why);
}
END_TEST

START_TEST(it_is_not_too_deep)
{
	for (unsigned i = 0; i < 100000; i++)
		text_putc(&out, '[');
	ck_assert_ptr_null(go_json_read(text_slice(&out), arena, why));
	ck_assert_str_eq(why, "exceeded max depth");
}
END_TEST

static const char *const kinds[][2] = {
	{ "{}", "object" }, { "[]", "array" }, { "\"null\"", "string" },
	{ "null", "null" }, { "false", "bool" }, { "-1e3", "number" },
};

START_TEST(kinds_have_names)
{
	struct node *node = go_json_read(slice_of(kinds[_i][0]), arena, why);

	ck_assert_str_eq(go_json_kind(node), kinds[_i][1]);
}
END_TEST

Suite *go_json_suite(void)
{
	Suite *suite = suite_create("go_json");
	TCase *tc = tcase_create("go_json");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, it_is_taken, 0, COUNT(good));
	tcase_add_loop_test(tc, it_is_refused, 0, COUNT(bad));
	tcase_add_test(tc, it_is_not_too_deep);
	tcase_add_loop_test(tc, kinds_have_names, 0, COUNT(kinds));
	suite_add_tcase(suite, tc);
	return suite;
}
