/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>

#include "core/arena.h"
#include "core/conf_errors.h"
#include "core/text.h"
#include "core/yaml.h"

Suite *conf_errors_suite(void);

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
	conf_errors_close(&errors);
	arena_free(arena);
}

static void fail_at(const char *file, unsigned line, unsigned column, const char *message)
{
	struct node where = { .file = file, .line = line, .column = column };

	conf_fail(&errors, CONF_ERROR, &where, "a.b", "%s", message);
}

START_TEST(by_file_then_line_then_column)
{
	conf_errors_file(&errors, "main.yaml");
	conf_errors_file(&errors, "b.yaml");
	conf_fail(&errors, CONF_ERROR, NULL, "", "of no file");
	fail_at("b.yaml", 1, 1, "fifth");
	fail_at("main.yaml", 10, 1, "third");
	fail_at("main.yaml", 2, 9, "second");
	fail_at("-g", 1, 1, "sixth");
	fail_at("main.yaml", 2, 3, "first");
	fail_at("main.yaml", 10, 1, "fourth");
	conf_errors_sort(&errors);
	conf_errors_print(&errors, &out);
	ck_assert_str_eq(text_cstr(&out),
			 "main.yaml:2:3: error: a.b: first\n"
			 "main.yaml:2:9: error: a.b: second\n"
			 "main.yaml:10:1: error: a.b: third\n"
			 "main.yaml:10:1: error: a.b: fourth\n"
			 "b.yaml:1:1: error: a.b: fifth\n"
			 "-g:1:1: error: a.b: sixth\n"
			 "heddle: error: of no file\n");
	ck_assert_uint_eq(errors.errors, 7);
}
END_TEST

START_TEST(a_whole_file_has_no_line)
{
	fail_at("x.yaml", 0, 0, "gone");
	conf_errors_print(&errors, &out);
	ck_assert_str_eq(text_cstr(&out), "x.yaml: error: a.b: gone\n");
}
END_TEST

START_TEST(json)
{
	struct node where = { .file = "a.yaml", .line = 3, .column = 4 };
	struct conf_error *row =
		conf_fail(&errors, CONF_WARNING, &where, "log", "say \"%s\"", "why");

	row->got = "x";
	row->nearest = "y";
	conf_fail(&errors, CONF_ERROR, NULL, "", "bad");
	conf_errors_json(&errors, &out);
	ck_assert_str_eq(text_cstr(&out),
			 "[{\"file\":\"a.yaml\",\"line\":3,\"column\":4,\"level\":\"warning\","
			 "\"path\":\"log\",\"message\":\"say \\\"why\\\"\",\"expected\":null,"
			 "\"got\":\"x\",\"nearest\":\"y\"},\n"
			 "{\"file\":null,\"line\":0,\"column\":0,\"level\":\"error\",\"path\":\"\","
			 "\"message\":\"bad\",\"expected\":null,\"got\":null,\"nearest\":null}]");
}
END_TEST

START_TEST(no_errors_are_an_empty_array)
{
	conf_errors_json(&errors, &out);
	ck_assert_str_eq(text_cstr(&out), "[]");
}
END_TEST

static const struct {
	const char *written, *nearest;
} words[] = {
	{ "balence", "balance" },
	{ "Balance", "balance" },
	{ "connect-timeout", "connect_timeout" },
	{ "connecttimeout", "connect_timeout" },
	{ "conn", "connect_timeout" },
	{ "listne", "listen" },
	{ "blaance", "balance" },
	{ "listener", "listen" },
	{ "xyzzy", NULL },
	{ "", NULL },
	{ "b", NULL },
	{ "a very long word that nobody could ever have meant to write", NULL },
};

START_TEST(the_nearest_word)
{
	static const char *const list[] = { "listen", "balance", "connect_timeout", NULL };
	const char *nearest = conf_nearest(slice_of(words[_i].written), list);

	if (words[_i].nearest == NULL)
		ck_assert_ptr_null(nearest);
	else
		ck_assert_pstr_eq(nearest, words[_i].nearest);
}
END_TEST

START_TEST(values_are_shown_short_and_printable)
{
	char longer[300];

	for (size_t i = 0; i < sizeof(longer); i++)
		longer[i] = 'x';
	ck_assert_str_eq(conf_show(arena, slice_of("a\nb\xff\xc3\xa9")), "a?b?\xc3\xa9");
	ck_assert_uint_le(strlen(conf_show(arena, (struct slice){ longer, sizeof(longer) })), 83);
}
END_TEST

Suite *conf_errors_suite(void)
{
	Suite *suite = suite_create("conf_errors");
	TCase *tests = tcase_create("errors");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, by_file_then_line_then_column);
	tcase_add_test(tests, a_whole_file_has_no_line);
	tcase_add_test(tests, json);
	tcase_add_test(tests, no_errors_are_an_empty_array);
	tcase_add_loop_test(tests, the_nearest_word, 0, COUNT(words));
	tcase_add_test(tests, values_are_shown_short_and_printable);
	suite_add_tcase(suite, tests);
	return suite;
}
