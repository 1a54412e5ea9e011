/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/script_counts.h"

Suite *script_counts_suite(void);

static void setup(void)
{
	ck_assert(script_counts_open());
}

START_TEST(begins_with_zeros_and_begins_again_once_given)
{
	struct script_counts *c = script_counts_take(7, NULL);

	ck_assert_ptr_nonnull(c);
	ck_assert_uint_eq(c->requests, 0);
	c->requests = 3;
	ck_assert_ptr_ne(script_counts_take(8, NULL), c);
	script_counts_give(c);
	script_counts_give(NULL);
	ck_assert_ptr_eq(script_counts_take(7, NULL), c);
	ck_assert_uint_eq(c->requests, 0);
}
END_TEST

/* The process that has counted is killed; its successor knows of the row what is shared alone. */
START_TEST(outlives_the_process_that_counts)
{
	pid_t pid = fork();

	if (pid == 0) {
		script_counts_take(7, NULL)->killed = 5;
		script_counts_take(8, NULL)->killed = 6;
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	ck_assert_uint_eq(script_counts_take(7, NULL)->killed, 5);
	script_counts_give_left();
	ck_assert_uint_eq(script_counts_take(8, NULL)->killed, 0);
}
END_TEST

START_TEST(has_an_end)
{
	unsigned n = 0;

	while (n < 100000 && script_counts_take(n + 1, NULL) != NULL)
		n++;
	ck_assert_uint_eq(n, 1024);
}
END_TEST

Suite *script_counts_suite(void)
{
	Suite *s = suite_create("script_counts");
	TCase *t = tcase_create("all");

	tcase_add_checked_fixture(t, setup, NULL);
	tcase_add_test(t, begins_with_zeros_and_begins_again_once_given);
	tcase_add_test(t, outlives_the_process_that_counts);
	tcase_add_test(t, has_an_end);
	suite_add_tcase(s, t);
	return s;
}
