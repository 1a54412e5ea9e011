/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <stdlib.h>

#include "core/arena.h"
#include "core/conf_errors.h"
#include "core/text.h"
#include "core/yaml.h"

Suite *yaml_suite(void);

static struct arena *arena;
static struct conf_errors errors;
static struct text out;

static void setup(void)
{
	arena = arena_new();
	conf_errors_init(&errors, arena);
	text_init(&out);
}

static void teardown(void)
{
	text_close(&out);
	arena_free(arena);
}

/* The tree on one line: {a: [b, 'c']}, quoted scalars in quotes. */
static void show(const struct node *node)
{
	if (node->kind == NODE_SCALAR) {
		text_printf(&out, node->quoted ? "'%s'" : "%s", node->value.data);
		return;
	}
	text_putc(&out, node->kind == NODE_MAP ? '{' : '[');
	for (size_t i = 0; i < node->count; i++) {
		text_puts(&out, i > 0 ? ", " : "");
		if (node->kind == NODE_MAP) {
			show(node->keys[i]);
			text_puts(&out, ": ");
		}
		show(node->items[i]);
	}
	text_putc(&out, node->kind == NODE_MAP ? '}' : ']');
}

static const struct {
	const char *yaml, *tree;
} good[] = {
	{ "a: 1\nb: [x, 'y', \"z\"]\n", "{a: 1, b: [x, 'y', 'z']}" },
	{ "{\n\t\"a\": {\"b\": null}\n}", "{'a': {'b': null}}" },
	{ "a: 1\r\nb:\r\n  - c\r\n", "{a: 1, b: [c]}" },
	{ "\xef\xbb\xbf"
	  "a: 1\n",
	  "{a: 1}" },
	{ "a: &x {b: 1}\nc: *x\n", "{a: {b: 1}, c: {b: 1}}" },
	{ "a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}\n", "{a: {b: 1, c: 2}, d: {c: 3, b: 1}}" },
	{ "a: &x {b: 1}\ne: {<<: [*x, {b: 2, z: 3}]}\n", "{a: {b: 1}, e: {b: 1, z: 3}}" },
	{ "a: {'<<': 1}", "{a: {'<<': 1}}" },
	{ "listen: :80\n", "{listen: :80}" },
	{ "a: ${HOME}\n", "{a: ${HOME}}" },
	{ "a: \"x # y\" # z\n", "{a: 'x # y'}" },
	{ "[1, 2]", "[1, 2]" },
};

START_TEST(trees)
{
	struct node *node = yaml_read_text("t.yaml", slice_of(good[_i].yaml), arena, &errors);

	ck_assert_ptr_nonnull(node);
	ck_assert_uint_eq(errors.count, 0);
	show(node);
	ck_assert_str_eq(text_cstr(&out), good[_i].tree);
}
END_TEST

static const struct {
	const char *yaml, *error;
} bad[] = {
	{ "", "1:1: error: there is nothing in it" },
	{ "# only a comment\n", "1:1: error: there is nothing in it" },
	{ "~\n", "1:1: error: there is nothing in it" },
	{ "web:\n  listen: [::]:8080\n",
	  "2:11: error: web.listen: YAML takes \"[\" for a list; quote the address: "
	  "\"[::]:8080\"" },
	{ "l: [\"a\", [::1]:80]\n",
	  "1:10: error: l[1]: YAML takes \"[\" for a list; quote the address: \"[::1]:80\"" },
	{ "web:\n  listen:\n    - [fe80::1%eth0]:80\n",
	  "3:7: error: web.listen[0]: YAML takes \"[\" for a list; quote the address: "
	  "\"[fe80::1%eth0]:80\"" },
	{ "a: {address: [::1]:80, weight: 1}\n",
	  "1:14: error: a.address: YAML takes \"[\" for a list; quote the address: \"[::1]:80\"" },
	{ "l: @foobar\n", "1:4: error: l: YAML keeps \"@\" for itself; quote it: \"@foobar\"" },
	{ "l: [a, @foo]\n", "1:8: error: l[1]: YAML keeps \"@\" for itself; quote it: \"@foo\"" },
	{ "l: *.x\n", "1:4: error: l: YAML keeps \"*\" for itself; quote it: \"*.x\"" },
	{ "l: *:80\n", "1:4: error: l: YAML keeps \"*\" for itself; quote it: \"*:80\"" },
	{ "l: %s/x\n", "1:4: error: l: YAML keeps \"%\" for itself; quote it: \"%s/x\"" },
	{ "l: `x\n", "1:4: error: l: YAML keeps \"`\" for itself; quote it: \"`x\"" },
	{ "l: *foo\n", "1:4: error: l: no anchor &foo above; if it is text, quote it: \"*foo\"" },
	{ "l: [:8080, :81]\n",
	  "1:5: error: l[0]: YAML takes \":\" for a key here; quote the address: \":8080\"" },
	{ "l: {a: ${X}}\n",
	  "1:8: error: l.a: YAML takes \"{\" for a mapping here; quote the text with ${...}" },
	{ "a:\n\tb: 1\n", "2:1: error: tab in the indentation; YAML wants spaces" },
	{ "a: b\n  \tc: d\n", "2:3: error: tab in the indentation; YAML wants spaces" },
	{ "a: b: c\n",
	  "1:5: error: a \":\" where none can be; check the indentation, or quote the text" },
	{ "a: [1, 2\n", "1:4: error: this \"[\" is not closed" },
	{ "a: {b: 1\n", "1:4: error: this \"{\" is not closed" },
	{ "a: \"x\n", "1:4: error: this quote is not closed on its line" },
	{ "a: 1\n---\nb: 1\n",
	  "2:1: error: a second document begins here; one file is one document" },
	{ "a: &x [*x]\n", "1:8: error: a[0]: *x is inside of what it stands for" },
	{ "a: {<<: 3}\n", "1:9: error: a: << takes a mapping, such as *name, not a single value" },
	{ "? [a]\n: 1\n",
	  "1:3: error: a key must be a single value; is a quote or a blank missing?" },
	{ "a: 1\nb: 2\na: 3\n", "3:1: error: a: already given at t.yaml:1" },
	{ "w: {c: 1, c: 2}\n", "1:11: error: w.c: already given at t.yaml:1" },
	{ "a: !foo x\n", "1:4: error: a: YAML keeps \"!\" for itself; quote the text" },
	{ "a: 1\nb: \xff\n", "2:4: error: this byte is not UTF-8; save the file as UTF-8" },
	{ "a: \xc3\xa9\x01\n", "1:5: error: a control character" },
	{ "a: \"x\\0y\"\n", "1:4: error: a: a control character" },
	{ "\xff\xfe"
	  "a",
	  "1:1: error: this is UTF-16; save the file as UTF-8" },
};

START_TEST(complaints)
{
	struct text expected;

	text_init(&expected);
	text_printf(&expected, "t.yaml:%s\n", bad[_i].error);
	(void)!yaml_read_text("t.yaml", slice_of(bad[_i].yaml), arena, &errors);
	conf_errors_print(&errors, &out);
	ck_assert_str_eq(text_cstr(&out), text_cstr(&expected));
	text_close(&expected);
}
END_TEST

START_TEST(depth_has_an_end)
{
	struct text yaml;

	text_init(&yaml);
	for (int i = 0; i < 100000; i++)
		text_putc(&yaml, '[');
	ck_assert_ptr_null(yaml_read_text("t", text_slice(&yaml), arena, &errors));
	ck_assert_str_eq(errors.list[0].message,
			 "more than 64 lists and mappings inside each other");
	text_close(&yaml);
}
END_TEST

START_TEST(a_billion_laughs)
{
	struct text yaml;

	text_init(&yaml);
	text_puts(&yaml, "a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
	for (int i = 1; i < 12; i++)
		text_printf(&yaml, "a%d: &a%d [*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d]\n", i, i,
			    i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
	ck_assert_ptr_null(yaml_read_text("t", text_slice(&yaml), arena, &errors));
	ck_assert_str_eq(errors.list[0].message,
			 "with all aliases written out, more than 1000000 values");
	text_close(&yaml);
}
END_TEST

START_TEST(keys_are_unique_in_big_mappings_too)
{
	struct text yaml;

	text_init(&yaml);
	for (int i = 0; i < 20000; i++)
		text_printf(&yaml, "k%d: 1\n", i);
	text_puts(&yaml, "k777: 2\n");
	struct node *node = yaml_read_text("t", text_slice(&yaml), arena, &errors);

	ck_assert_uint_eq(node->count, 20000);
	ck_assert_uint_eq(errors.count, 1);
	ck_assert_str_eq(errors.list[0].message, "already given at t:778");
	text_close(&yaml);
}
END_TEST

START_TEST(overlays_leave_other_uses_of_an_anchor_alone)
{
	const char *yaml = "a: &x {b: 1, c: {d: 1}}\ne: *x\nl: [1]\n";
	struct node *base = yaml_read_text("t", slice_of(yaml), arena, &errors);
	struct node *over = yaml_read_text("-g", slice_of("a: {b: 2, c: {f: 3}}\nn: 1\nl: {m: 1}"),
					   arena, &errors);

	yaml_overlay(arena, base, over, "", &errors);
	show(base);
	ck_assert_str_eq(text_cstr(&out),
			 "{a: {b: 2, c: {d: 1, f: 3}}, e: {b: 1, c: {d: 1}}, "
			 "l: [1], n: 1}");
	ck_assert_uint_eq(errors.count, 1);
	ck_assert_str_eq(errors.list[0].message, "a mapping cannot be put over the list at t:3");
}
END_TEST

Suite *yaml_suite(void)
{
	Suite *suite = suite_create("yaml");
	TCase *tests = tcase_create("yaml");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_loop_test(tests, trees, 0, COUNT(good));
	tcase_add_loop_test(tests, complaints, 0, COUNT(bad));
	tcase_add_test(tests, depth_has_an_end);
	tcase_add_test(tests, a_billion_laughs);
	tcase_add_test(tests, keys_are_unique_in_big_mappings_too);
	tcase_add_test(tests, overlays_leave_other_uses_of_an_anchor_alone);
	suite_add_tcase(suite, tests);
	return suite;
}
