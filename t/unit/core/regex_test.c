/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/regex.h"

Suite *regex_suite(void);

#define BUDGET 20000	/* microseconds */

static enum regex_result match(const char *pattern, struct slice bytes)
{
	char why[REGEX_WHY] = "";
	struct regex regex;
	enum regex_result result;

	ck_assert_msg(regex_compile(&regex, slice_of(pattern), why), "%s: %s", pattern, why);
	result = regex_match(&regex, bytes, BUDGET);
	regex_close(&regex);
	return result;
}

START_TEST(a_match_is_somewhere_in_the_bytes)
{
	ck_assert_int_eq(match("o+k", slice_of("look")), REGEX_MATCHED);
	ck_assert_int_eq(match("^ok", slice_of("look")), REGEX_NONE);
	ck_assert_int_eq(match("(?i)READY|steady", slice_of("is ready now")), REGEX_MATCHED);
	ck_assert_int_eq(match("^$", (struct slice){ NULL, 0 }), REGEX_MATCHED);
}
END_TEST

START_TEST(bytes_may_be_anything)
{
	ck_assert_int_eq(match("\\x00.\\xff$", (struct slice){ "a\0b\xff", 4 }), REGEX_MATCHED);
	ck_assert_int_eq(match("^....$", slice_of("\xc3\xa4\xff\xfe")), REGEX_MATCHED);
}
END_TEST

/* What malloc() gives next has been used before. */
static void use_memory(void)
{
	enum { SIZES = 128 };
	uint64_t *blocks[SIZES];

	for (size_t size = 0; size < SIZES; size++) {
		blocks[size] = malloc(8 * (size + 1));
		ck_assert_ptr_nonnull(blocks[size]);
		for (size_t i = 0; i <= size; i++)
			blocks[size][i] = i + 1;
	}
	for (size_t size = 0; size < SIZES; size++)
		free(blocks[size]);
}

START_TEST(groups_that_are_not_there_are_empty)
{
	char why[REGEX_WHY];
	struct regex regex;
	struct slice groups[10];

	ck_assert(regex_compile(&regex, slice_of("(a)(x)?(b)(y)?"), why));
	use_memory();
	ck_assert_int_eq(regex_capture(&regex, slice_of("cab"), BUDGET, groups, 10),
			 REGEX_MATCHED);
	ck_assert(slice_equal(groups[0], slice_of("ab")));
	ck_assert(slice_equal(groups[1], slice_of("a")));
	ck_assert_uint_eq(groups[2].len, 0);
	ck_assert(slice_equal(groups[3], slice_of("b")));
	for (unsigned i = 4; i < 10; i++)
		ck_assert_uint_eq(groups[i].len, 0);
	ck_assert_int_eq(regex_capture(&regex, slice_of("ab"), BUDGET, groups, 2),
			 REGEX_MATCHED);
	ck_assert(slice_equal(groups[1], slice_of("a")));
	regex_close(&regex);
}
END_TEST

static const struct {
	const char *pattern, *why;
} bad[] = {
	{ "(abc", "missing closing parenthesis at byte 4" },
	{ "a[b", "missing terminating ] for character class at byte 3" },
	{ "x\\", "\\ at end of pattern at byte 2" },
	{ "*", "quantifier does not follow a repeatable item at byte 0" },
};

START_TEST(a_mistake_is_told_with_its_place)
{
	char why[REGEX_WHY];
	struct regex regex;

	ck_assert(!regex_compile(&regex, slice_of(bad[_i].pattern), why));
	ck_assert_str_eq(why, bad[_i].why);
	regex_close(&regex);
}
END_TEST

START_TEST(a_pattern_has_a_length)
{
	char pattern[REGEX_PATTERN + 1], why[REGEX_WHY];
	struct regex regex;

	memset(pattern, 'a', sizeof(pattern));
	ck_assert(!regex_compile(&regex, (struct slice){ pattern, sizeof(pattern) }, why));
	ck_assert_str_eq(why, "it is longer than 4096 bytes");
	ck_assert(regex_compile(&regex, (struct slice){ pattern, sizeof(pattern) - 1 }, why));
	regex_close(&regex);
}
END_TEST

/* Each takes seconds to years without a budget. */
static const char *const endless[] = {
	"(a+)+$",
	"(a|a)*$",
	"(?:[a-z]*+\\d|.)*[XY]",	/* runs over all bytes in each step */
	"[a-z]*[a-z]*[a-z]*[a-z]*\\d",
	"(?:[a-z]*+\\d)",		/* below any limit of steps at each place */
};

START_TEST(a_budget_is_kept)
{
	const size_t size = 65536;
	char *bytes = malloc(size);
	uint64_t start = clock_cpu_us();

	ck_assert_ptr_nonnull(bytes);
	memset(bytes, 'a', size);
	bytes[size - 1] = 'b';
	ck_assert_int_eq(match(endless[_i], (struct slice){ bytes, size }), REGEX_GAVE_UP);
	/* a sanitized program is slow between two looks at the clock */
	ck_assert_uint_lt(clock_cpu_us() - start, 20 * BUDGET);
	free(bytes);
}
END_TEST

Suite *regex_suite(void)
{
	Suite *suite = suite_create("regex");
	TCase *all = tcase_create("all");

	tcase_add_test(all, a_match_is_somewhere_in_the_bytes);
	tcase_add_test(all, bytes_may_be_anything);
	tcase_add_test(all, groups_that_are_not_there_are_empty);
	tcase_add_loop_test(all, a_mistake_is_told_with_its_place, 0,
			    (int)(sizeof(bad) / sizeof(bad[0])));
	tcase_add_test(all, a_pattern_has_a_length);
	tcase_add_loop_test(all, a_budget_is_kept, 0,
			    (int)(sizeof(endless) / sizeof(endless[0])));
	suite_add_tcase(suite, all);
	return suite;
}
