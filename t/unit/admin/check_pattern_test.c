/* SPDX-License-Identifier: BSD-2-Clause */
/* Expressions that checks share, and the time that they get; excerpts for sentences. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "admin/check_excerpt.h"
#include "admin/check_pattern.h"
#include "core/clock.h"

Suite *check_pattern_suite(void);

START_TEST(the_same_text_is_compiled_once)
{
	struct check_pattern *a = check_pattern_take("o+k"), *b = check_pattern_take("o+k");
	struct check_pattern *c = check_pattern_take("o+");

	ck_assert_ptr_eq(a, b);
	ck_assert_ptr_ne(a, c);
	ck_assert_int_eq(check_pattern_match(a, slice_of("look")), REGEX_MATCHED);
	ck_assert_int_eq(check_pattern_match(c, slice_of("lock")), REGEX_MATCHED);
	check_pattern_give(a);
	check_pattern_give(c);
	ck_assert_int_eq(check_pattern_match(b, slice_of("lock")), REGEX_NONE);
	check_pattern_give(b);
	ck_assert_ptr_null(check_pattern_take(NULL));
	check_pattern_give(NULL);
}
END_TEST

/* A hundred answers for an expression that never ends take a tenth of their 20 ms in all. */
START_TEST(all_together_have_a_share_of_the_time)
{
	struct check_pattern *p = check_pattern_take("(a+)+[bc]");
	uint64_t start = clock_cpu_us(), began = clock_us(), spent;
	char bytes[4096];

	memset(bytes, 'a', sizeof(bytes));
	for (unsigned i = 0; i < 100; i++)
		ck_assert_int_eq(check_pattern_match(p, (struct slice){ bytes, sizeof(bytes) }),
				 REGEX_GAVE_UP);
	spent = clock_cpu_us() - start;
	/* their share is of the time that passes: on a busy machine that is more */
	ck_assert_uint_lt(spent, 100 * 20000 / 2 + (clock_us() - began) / 10);
	/* another one still gets what usual expressions need */
	check_pattern_give(p);
	p = check_pattern_take("^a+$");
	ck_assert_int_eq(check_pattern_match(p, (struct slice){ bytes, sizeof(bytes) }),
			 REGEX_MATCHED);
	check_pattern_give(p);
}
END_TEST

static const struct {
	const char *bytes;
	size_t      len;
	const char *shown;
} excerpts[] = {
	{ "", 0, "\"\"" },
	{ "ok", 2, "\"ok\"" },
	{ "a\r\n\t\"\\\0\x7f\xc3\xa4", 10, "\"a\\r\\n\\t\\\"\\\\\\x00\\x7f\\xc3\\xa4\"" },
	{ "0123456789012345678901234567890123456789012345678901234567890123456789", 70,
	  "\"01234567890123456789012345678901234567890123456...\"" },
};

START_TEST(an_excerpt_is_short_and_printable)
{
	char buf[CHECK_EXCERPT];

	ck_assert_str_eq(check_excerpt((struct slice){ excerpts[_i].bytes, excerpts[_i].len }, buf),
			 excerpts[_i].shown);
}
END_TEST

START_TEST(an_excerpt_fits_whatever_it_is_of)
{
	char buf[CHECK_EXCERPT], bytes[80];

	for (size_t len = 0; len < sizeof(bytes); len++) {
		memset(bytes, 'a', sizeof(bytes));
		for (size_t i = len / 2; i < len; i++)
			bytes[i] = '\xff';
		check_excerpt((struct slice){ bytes, len }, buf);
		ck_assert_uint_lt(strnlen(buf, sizeof(buf)), sizeof(buf));
		ck_assert_int_eq(buf[strlen(buf) - 1], '"');
	}
}
END_TEST

Suite *check_pattern_suite(void)
{
	Suite *suite = suite_create("check_pattern");
	TCase *tests = tcase_create("patterns");

	tcase_add_test(tests, the_same_text_is_compiled_once);
	tcase_add_test(tests, all_together_have_a_share_of_the_time);
	tcase_add_loop_test(tests, an_excerpt_is_short_and_printable, 0,
			    (int)(sizeof(excerpts) / sizeof(excerpts[0])));
	tcase_add_test(tests, an_excerpt_fits_whatever_it_is_of);
	suite_add_tcase(suite, tests);
	return suite;
}
