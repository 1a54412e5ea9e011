/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>

#include "process/posts.h"

Suite *posts_suite(void);

START_TEST(a_process_that_lived_is_replaced_at_once)
{
	uint64_t next = UINT64_MAX;

	ck_assert_uint_eq(post_lost(SLOT_WORKER, 1, 5000, POST_EARLY_MS), 0);
	ck_assert(post_due(SLOT_WORKER, 1, 5000, &next));
	ck_assert(next == UINT64_MAX);
}
END_TEST

START_TEST(one_that_dies_at_its_start_waits_longer_each_time)
{
	static const uint64_t delays[] = { 0, 100, 200, 400, 800, 1600, 3200, 5000, 5000 };
	uint64_t now = 1000, next = UINT64_MAX;

	for (size_t i = 0; i < sizeof(delays) / sizeof(delays[0]); i++)
		ck_assert_uint_eq(post_lost(SLOT_WORKER, 2, now, 10), delays[i]);
	ck_assert(!post_due(SLOT_WORKER, 2, now, &next));
	ck_assert_uint_eq(next, now + 5000);
	ck_assert(post_due(SLOT_WORKER, 2, now + 5000, &next));
}
END_TEST

START_TEST(a_long_life_forgives)
{
	ck_assert_uint_eq(post_lost(SLOT_CONTROL, 0, 0, 10), 0);
	ck_assert_uint_eq(post_lost(SLOT_CONTROL, 0, 0, 10), 100);
	ck_assert_uint_eq(post_lost(SLOT_CONTROL, 0, 0, 60000), 0);
	ck_assert_uint_eq(post_lost(SLOT_CONTROL, 0, 0, 10), 0);
}
END_TEST

Suite *posts_suite(void)
{
	Suite *s = suite_create("posts");
	TCase *c = tcase_create("delays");

	tcase_add_test(c, a_process_that_lived_is_replaced_at_once);
	tcase_add_test(c, one_that_dies_at_its_start_waits_longer_each_time);
	tcase_add_test(c, a_long_life_forgives);
	suite_add_tcase(s, c);
	return s;
}
