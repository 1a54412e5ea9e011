/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>

#include "admin/changes_pace.h"

Suite *changes_pace_suite(void);

static struct changes_pace pace;

static void setup(void)
{
	pace = (struct changes_pace){ .paced = 0 };
}

/* A change from `now` that takes so long; the time when it has ended. */
static uint64_t make(uint64_t now, uint64_t takes, unsigned together, unsigned waiting)
{
	changes_pace_begin(&pace, now);
	changes_pace_end(&pace, now + takes, together, waiting);
	return now + takes;
}

START_TEST(a_burst_and_then_one_in_three_milliseconds)
{
	uint64_t now = 1000;

	for (unsigned i = 0; i < 33; i++) {
		ck_assert_uint_eq(changes_pace_wait(&pace, now, 1), 0);
		make(now, 0, 1, 0);
	}
	for (unsigned i = 0; i < 50; i++) {
		ck_assert_uint_eq(changes_pace_wait(&pace, now, 1), 3);
		now += 3;
		ck_assert_uint_eq(changes_pace_wait(&pace, now, 1), 0);
		make(now, 0, 1, 0);
	}
	ck_assert_uint_eq(changes_pace_wait(&pace, now + 3 * 32, 1), 0);
}
END_TEST

START_TEST(a_client_alone_does_not_wait)
{
	uint64_t now = make(1000, 8, 1, 0);

	ck_assert_uint_eq(changes_pace_wait(&pace, now, 1), 0);
}
END_TEST

START_TEST(clients_in_parallel_go_together)
{
	uint64_t now = make(1000, 8, 1, 2);

	ck_assert_uint_eq(changes_pace_wait(&pace, now, 2), 8);
	ck_assert_uint_eq(changes_pace_wait(&pace, now + 1, 2), 7);
	ck_assert_uint_eq(changes_pace_wait(&pace, now + 1, 3), 0);	/* all are there */
	ck_assert_uint_eq(changes_pace_wait(&pace, now + 8, 2), 0);	/* one stays away */
	now = make(now + 1, 8, 3, 0);
	ck_assert_uint_eq(changes_pace_wait(&pace, now, 1), 8);
	ck_assert_uint_eq(changes_pace_wait(&pace, now, 3), 0);
}
END_TEST

START_TEST(a_slow_disk_makes_nobody_wait_much_longer)
{
	uint64_t now = make(1000, 3000, 1, 1);

	ck_assert_uint_eq(changes_pace_wait(&pace, now, 1), 10);
}
END_TEST

Suite *changes_pace_suite(void)
{
	Suite *s = suite_create("changes_pace");
	TCase *tc = tcase_create("changes_pace");

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, a_burst_and_then_one_in_three_milliseconds);
	tcase_add_test(tc, a_client_alone_does_not_wait);
	tcase_add_test(tc, clients_in_parallel_go_together);
	tcase_add_test(tc, a_slow_disk_makes_nobody_wait_much_longer);
	suite_add_tcase(s, tc);
	return s;
}
