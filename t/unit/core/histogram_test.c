/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>

#include "core/histogram.h"

Suite *histogram_suite(void);

START_TEST(quantiles)
{
	struct histogram h = { .sum_us = 0 };

	ck_assert_double_eq(histogram_quantile(&h, &histogram_connect, 0.5), 0);
	for (int i = 0; i < 90; i++)
		histogram_add(&h, &histogram_connect, 400);	/* up to .0005 s */
	for (int i = 0; i < 10; i++)
		histogram_add(&h, &histogram_connect, 900000);	/* up to 1 s */
	ck_assert_uint_eq(histogram_total(&h, &histogram_connect), 100);
	ck_assert_uint_eq(h.sum_us, 90 * 400 + 10 * 900000);
	ck_assert_double_le(histogram_quantile(&h, &histogram_connect, 0.5), 0.0005);
	ck_assert_double_ge(histogram_quantile(&h, &histogram_connect, 0.5), 0.0001);
	ck_assert_double_ge(histogram_quantile(&h, &histogram_connect, 0.99), 0.5);
	ck_assert_double_le(histogram_quantile(&h, &histogram_connect, 0.99), 1);
}
END_TEST

START_TEST(bounds_belong_to_the_bucket_below)
{
	struct histogram h = { .sum_us = 0 };

	histogram_add(&h, &histogram_duration, 10000);
	histogram_add(&h, &histogram_duration, 10001);
	histogram_add(&h, &histogram_duration, UINT64_MAX / 2);
	ck_assert_uint_eq(h.count[0], 1);
	ck_assert_uint_eq(h.count[1], 1);
	ck_assert_uint_eq(h.count[8], 1);
	ck_assert_double_eq(histogram_quantile(&h, &histogram_duration, 1), 86400);
}
END_TEST

Suite *histogram_suite(void)
{
	Suite *s = suite_create("histogram");
	TCase *tc = tcase_create("histogram");

	tcase_add_test(tc, quantiles);
	tcase_add_test(tc, bounds_belong_to_the_bucket_below);
	suite_add_tcase(s, tc);
	return s;
}
