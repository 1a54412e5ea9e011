/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/answer.h"

#include <check.h>

Suite *answer_suite(void);

static void lines_are(const char *text, const char *expected)
{
	json_t *lines = answer_lines(slice_of(text));
	char *dumped = json_dumps(lines, JSON_COMPACT);

	ck_assert_str_eq(dumped, expected);
	free(dumped);
	json_decref(lines);
}

START_TEST(lines_become_an_array)
{
	lines_are("", "[]");
	lines_are("\n\n", "[]");
	lines_are("one", "[\"one\"]");
	lines_are("one\n", "[\"one\"]");
	lines_are("a \"b\"\n\ntwo: x", "[\"a \\\"b\\\"\",\"two: x\"]");
}
END_TEST

Suite *answer_suite(void)
{
	Suite *suite = suite_create("answer");
	TCase *lines = tcase_create("lines");

	tcase_add_test(lines, lines_become_an_array);
	suite_add_tcase(suite, lines);
	return suite;
}
