/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/long_work.h"

#include <check.h>
#include <stddef.h>

Suite *long_work_suite(void);

static unsigned calls;

static void count(void)
{
	calls++;
}

START_TEST(the_handler_is_called_every_so_many_steps)
{
	calls = 0;
	long_work_open(count);
	for (unsigned i = 0; i < LONG_WORK_STEPS - 1; i++)
		long_work_step();
	ck_assert_uint_eq(calls, 0);
	long_work_step();
	ck_assert_uint_eq(calls, 1);
	for (unsigned i = 0; i < 3 * LONG_WORK_STEPS; i++)
		long_work_step();
	ck_assert_uint_eq(calls, 4);
	long_work_open(NULL);
	for (unsigned i = 0; i < 2 * LONG_WORK_STEPS; i++)
		long_work_step();
	ck_assert_uint_eq(calls, 4);
}
END_TEST

Suite *long_work_suite(void)
{
	Suite *suite = suite_create("long_work");
	TCase *steps = tcase_create("steps");

	tcase_add_test(steps, the_handler_is_called_every_so_many_steps);
	suite_add_tcase(suite, steps);
	return suite;
}
