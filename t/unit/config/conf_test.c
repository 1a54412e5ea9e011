/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>

#include "config/conf.h"

Suite *conf_suite(void);

#define ROWS 65

static struct directive rows[ROWS + 1];
static const struct some {
	uint64_t given;
} nothing;
static struct some some;
static const struct conf_section section = {
	.name = "some", .rows = rows, .size = sizeof(struct some),
	.given = offsetof(struct some, given),
};

static void setup(void)
{
	for (unsigned i = 0; i < ROWS; i++)
		rows[i].name = "row";
	some = nothing;
}

START_TEST(each_row_has_a_bit)
{
	for (unsigned i = 0; i < 64; i++) {
		ck_assert(!conf_given(&some, &section, &rows[i]));
		conf_set_given(&some, &section, &rows[i]);
		ck_assert(conf_given(&some, &section, &rows[i]));
	}
	ck_assert_uint_eq(some.given, UINT64_MAX);
}
END_TEST

/* One directive too many for the word is found out by whoever adds it, not by users. */
START_TEST(a_row_without_a_bit_is_not_taken_for_another)
{
	if (_i == 0)
		conf_set_given(&some, &section, &rows[64]);
	else
		(void)conf_given(&some, &section, &rows[64]);
}
END_TEST

Suite *conf_suite(void)
{
	Suite *s = suite_create("conf");
	TCase *tc = tcase_create("conf");

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, each_row_has_a_bit);
	tcase_add_loop_test_raise_signal(tc, a_row_without_a_bit_is_not_taken_for_another, SIGABRT,
					 0, 2);
	suite_add_tcase(s, tc);
	return s;
}
