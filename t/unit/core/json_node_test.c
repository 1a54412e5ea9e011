/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <string.h>

#include "core/arena.h"
#include "core/base.h"
#include "core/json_node.h"
#include "core/text.h"

Suite *json_node_suite(void);

static struct arena *arena;
static struct text out;
static char why[JSON_NODE_WHY];

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

static const char *const same[] = {
	"{}", "[]", "null", "true", "12", "-3", "\"a\\\"b\"", "\"12\"", "\"true\"", "\"null\"",
	"{\"b\": 1, \"a\": 2, \"c\": {}}", "{\n  \"b\": 1,\n  \"a\": [1, 2]\n}",
	"{\n  \"web\": {\n    \"balance\": \"first\",\n    \"backends\": {\n"
	"      \"two\": {\"address\": \"10.0.0.2:80\", \"weight\": 3},\n"
	"      \"one\": {\"address\": \"10.0.0.1:80\"}\n    },\n    \"nodelay\": false\n  }\n}",
};

START_TEST(it_comes_back)
{
	struct node *node = json_node_read(slice_of(same[_i]), arena, why);

	ck_assert_msg(node != NULL, "%s: %s", same[_i], why);
	json_node_print(node, 0, &out);
	ck_assert_str_eq(text_cstr(&out), same[_i]);
}
END_TEST

static const struct {
	const char *text, *why;
} wrong[] = {
	{ "", "line 1" }, { "{", "line 1" }, { "{\"a\": 1} x", "line 1" },
	{ "{\n\"a\": 1, \"a\": 2}", "line 2" }, { "\"\\u0000\"", "line 1" },
	{ "\"\xff\"", "line 1" }, { "123456789012345678901234567890", "line 1" },
	{ "{'a': 1}", "line 1" }, { "[1,]", "line 1" },
};

START_TEST(it_is_refused)
{
	ck_assert_ptr_null(json_node_read(slice_of(wrong[_i].text), arena, why));
	ck_assert_msg(strstr(why, wrong[_i].why) == why, "%s: %s", wrong[_i].text, why);
}
END_TEST

START_TEST(nothing_is_refused)
{
	ck_assert_ptr_null(json_node_read((struct slice){ NULL, 0 }, arena, why));
	ck_assert_msg(strstr(why, "line 1, column 0: ") == why, "%s", why);
}
END_TEST

START_TEST(depth_has_a_limit)
{
	for (int i = 0; i < JSON_NODE_DEPTH; i++)
		text_putc(&out, '[');
	for (int i = 0; i < JSON_NODE_DEPTH; i++)
		text_putc(&out, ']');
	ck_assert_ptr_nonnull(json_node_read(text_slice(&out), arena, why));
	text_clear(&out);
	for (int i = 0; i <= JSON_NODE_DEPTH; i++)
		text_putc(&out, '[');
	for (int i = 0; i <= JSON_NODE_DEPTH; i++)
		text_putc(&out, ']');
	ck_assert_ptr_null(json_node_read(text_slice(&out), arena, why));
	ck_assert_str_eq(why, "more than 64 mappings and lists in each other");
}
END_TEST

static const struct {
	const char *value;
	bool        quoted;
	const char *printed;
} scalars[] = {
	{ "on", false, "true" },   { "off", false, "false" }, { "on", true, "\"on\"" },
	{ "0660", false, "\"0660\"" }, { "0", false, "0" },   { "5s", false, "\"5s\"" },
	{ "1.5", false, "1.5" },   { "1.", false, "\"1.\"" }, { "-", false, "\"-\"" },
	{ "", false, "null" },     { "", true, "\"\"" },      { "7", true, "\"7\"" },
};

START_TEST(a_value_is_what_it_was)
{
	struct node node = { .kind = NODE_SCALAR, .quoted = scalars[_i].quoted,
			     .value = slice_of(scalars[_i].value) };

	json_node_print(&node, 0, &out);
	ck_assert_str_eq(text_cstr(&out), scalars[_i].printed);
}
END_TEST

START_TEST(fractions_stay)
{
	struct node *node = json_node_read(slice_of("[1.5, 0.1, 1e3]"), arena, why);

	ck_assert(slice_is(node->items[0]->value, "1.5"));
	ck_assert(slice_is(node->items[1]->value, "0.1"));
	ck_assert(slice_is(node->items[2]->value, "1000"));
	ck_assert(!node->items[0]->quoted);
}
END_TEST

Suite *json_node_suite(void)
{
	Suite *suite = suite_create("json_node");
	TCase *tcase = tcase_create("json_node");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, it_comes_back, 0, COUNT(same));
	tcase_add_loop_test(tcase, it_is_refused, 0, COUNT(wrong));
	tcase_add_test(tcase, nothing_is_refused);
	tcase_add_test(tcase, depth_has_a_limit);
	tcase_add_loop_test(tcase, a_value_is_what_it_was, 0, COUNT(scalars));
	tcase_add_test(tcase, fractions_stay);
	suite_add_tcase(suite, tcase);
	return suite;
}
