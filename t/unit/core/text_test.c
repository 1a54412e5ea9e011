/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>

#include "core/text.h"

Suite *text_suite(void);

START_TEST(text_grows)
{
	struct text t;

	text_init(&t);
	ck_assert_str_eq(text_cstr(&t), "");
	for (int i = 0; i < 1000; i++)
		text_printf(&t, "%03d,", i);
	ck_assert_uint_eq(t.len, 4000);
	ck_assert_str_eq(text_cstr(&t) + 3996, "999,");
	text_printf(&t, "%*s", 3000, "x");
	ck_assert_uint_eq(t.len, 7000);
	text_clear(&t);
	ck_assert_str_eq(text_cstr(&t), "");
	text_putc(&t, 'a');
	text_puts(&t, "bc");
	text_append(&t, NULL, 0);
	ck_assert_str_eq(text_cstr(&t), "abc");
	ck_assert(slice_is(text_slice(&t), "abc"));
	text_close(&t);
}
END_TEST

static const struct {
	struct slice bytes;
	const char *json;
} strings[] = {
	{ { "plain", 5 }, "\"plain\"" },
	{ { "", 0 }, "\"\"" },
	{ { "a\"b\\c/", 6 }, "\"a\\\"b\\\\c/\"" },
	{ { "\b\t\n\v\f\r", 6 }, "\"\\b\\t\\n\\u000b\\f\\r\"" },
	{ { "\0\x1f\x7f", 3 }, "\"\\u0000\\u001f\\u007f\"" },
	{ { "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 9 },
	  "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"" },
	/* Not in YAML, or the end of a line there. */
	{ { "\xc2\x80\xc2\x85\xc2\x9f\xc2\xa0", 8 }, "\"\\u0080\\u0085\\u009f\xc2\xa0\"" },
	{ { "\xe2\x80\xa7\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaa", 12 },
	  "\"\xe2\x80\xa7\\u2028\\u2029\xe2\x80\xaa\"" },
	{ { "\xef\xbb\xbf\xef\xbf\xbd\xef\xbf\xbe\xef\xbf\xbf", 12 },
	  "\"\\ufeff\xef\xbf\xbd\\ufffe\\uffff\"" },
	/* Not UTF-8: alone, cut, overlong, a surrogate, too high. */
	{ { "\xff", 1 }, "\"\\u00ff\"" },
	{ { "\xc3", 1 }, "\"\\u00c3\"" },
	{ { "\xc0\x80", 2 }, "\"\\u00c0\\u0080\"" },
	{ { "\xe0\x80\x80", 3 }, "\"\\u00e0\\u0080\\u0080\"" },
	{ { "\xed\xa0\x80", 3 }, "\"\\u00ed\\u00a0\\u0080\"" },
	{ { "\xf4\x90\x80\x80", 4 }, "\"\\u00f4\\u0090\\u0080\\u0080\"" },
};

START_TEST(json_strings)
{
	struct text t;

	text_init(&t);
	text_json(&t, strings[_i].bytes);
	ck_assert_str_eq(text_cstr(&t), strings[_i].json);
	text_close(&t);
}
END_TEST

Suite *text_suite(void)
{
	Suite *suite = suite_create("text");
	TCase *tests = tcase_create("text");

	tcase_add_test(tests, text_grows);
	tcase_add_loop_test(tests, json_strings, 0, COUNT(strings));
	suite_add_tcase(suite, tests);
	return suite;
}
