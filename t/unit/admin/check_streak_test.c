/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/check_streak.h"

#include <check.h>

Suite *check_streak_suite(void);

START_TEST(counts_what_comes_in_a_row)
{
	uint32_t streak = check_streak_add(0, true);

	ck_assert(check_streak_passing(streak));
	ck_assert_uint_eq(check_streak_length(streak), 1);
	streak = check_streak_add(check_streak_add(streak, true), true);
	ck_assert_uint_eq(check_streak_length(streak), 3);
	streak = check_streak_add(streak, false);
	ck_assert(!check_streak_passing(streak));
	ck_assert_uint_eq(check_streak_length(streak), 1);
	ck_assert_uint_eq(check_streak_length(check_streak_add(streak, false)), 2);
	ck_assert(check_streak_passing(check_streak_add(streak, true)));
}
END_TEST

START_TEST(the_longest_streak_stays_one)
{
	uint32_t most = CHECK_STREAK_FAILING - 1;

	ck_assert_uint_eq(check_streak_add(most, true), most);
	ck_assert_uint_eq(check_streak_add(most | CHECK_STREAK_FAILING, false), UINT32_MAX);
}
END_TEST

START_TEST(rise_and_fall_decide)
{
	const uint32_t failed = CHECK_STREAK_FAILING;

	ck_assert_int_eq(check_streak_verdict(HEALTH_UP, failed | 2, 2, 3), HEALTH_UP);
	ck_assert_int_eq(check_streak_verdict(HEALTH_UP, failed | 3, 2, 3), HEALTH_DOWN);
	ck_assert_int_eq(check_streak_verdict(HEALTH_DOWN, failed | 9, 2, 3), HEALTH_DOWN);
	ck_assert_int_eq(check_streak_verdict(HEALTH_DOWN, 1, 2, 3), HEALTH_DOWN);
	ck_assert_int_eq(check_streak_verdict(HEALTH_DOWN, 2, 2, 3), HEALTH_UP);
	ck_assert_int_eq(check_streak_verdict(HEALTH_UP, 1, 2, 3), HEALTH_UP);
}
END_TEST

START_TEST(an_added_backend_is_up_with_its_first_pass)
{
	ck_assert_int_eq(check_streak_verdict(HEALTH_CHECKING, 1, 5, 3), HEALTH_UP);
	ck_assert_int_eq(check_streak_verdict(HEALTH_CHECKING, CHECK_STREAK_FAILING | 1, 5, 3),
			 HEALTH_CHECKING);
	ck_assert_int_eq(check_streak_verdict(HEALTH_CHECKING, CHECK_STREAK_FAILING | 3, 5, 3),
			 HEALTH_DOWN);
}
END_TEST

Suite *check_streak_suite(void)
{
	Suite *suite = suite_create("check_streak");
	TCase *streak = tcase_create("streak");

	tcase_add_test(streak, counts_what_comes_in_a_row);
	tcase_add_test(streak, the_longest_streak_stays_one);
	tcase_add_test(streak, rise_and_fall_decide);
	tcase_add_test(streak, an_added_backend_is_up_with_its_first_pass);
	suite_add_tcase(suite, streak);
	return suite;
}
