/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/counter_rows.h"

Suite *counter_rows_suite(void);

static void open_rows(void)
{
	ck_assert(counter_rows_open());
	ck_assert(counter_rows_own());
}

static uint64_t *take(const char *name)
{
	uint64_t *words = counter_rows_take(slice_of(name));

	ck_assert_ptr_nonnull(words);
	return words;
}

START_TEST(a_row_begins_with_zeros_and_again_when_it_was_given)
{
	uint64_t *a, *b;

	open_rows();
	a = take("a");
	b = take("b");
	ck_assert_ptr_ne(a, b);
	for (unsigned i = 0; i < COUNTER_ROW_WORDS; i++) {
		ck_assert_uint_eq(a[i], 0);
		a[i] = b[i] = 7;
	}
	counter_rows_give(a);
	a = take("a");
	for (unsigned i = 0; i < COUNTER_ROW_WORDS; i++)
		ck_assert_uint_eq(a[i], 0);
	ck_assert_uint_eq(b[3], 7);
}
END_TEST

START_TEST(a_successor_goes_on_with_what_has_the_same_name)
{
	pid_t pid;
	int status;

	ck_assert(counter_rows_open());
	ck_assert_ptr_null(counter_rows_take(slice_of("a")));	/* it does not count */
	pid = fork();
	if (pid == 0) {
		uint64_t *gone;

		if (!counter_rows_own())
			_exit(1);
		counter_rows_take(slice_of("a"))[0] = 5;
		counter_rows_take(slice_of("b"))[0] = 6;
		gone = counter_rows_take(slice_of("c"));
		gone[0] = 7;
		counter_rows_give(gone);
		counter_rows_take(slice_of("d"))[0] = 8;
		kill(getpid(), SIGKILL);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFSIGNALED(status));
	ck_assert(counter_rows_own());
	ck_assert_uint_eq(take("d")[0], 8);
	ck_assert_uint_eq(take("a")[0], 5);
	ck_assert_uint_eq(take("c")[0], 0);
	ck_assert_uint_eq(take("e")[0], 0);
	/* it was not taken in time */
	counter_rows_give_left();
	ck_assert_uint_eq(take("b")[0], 0);
}
END_TEST

START_TEST(there_is_room_for_many_and_not_for_more)
{
	uint64_t *last = NULL, *words;
	unsigned rows = 0;
	char name[32];

	open_rows();
	do {
		snprintf(name, sizeof(name), "row %u", rows);
		words = counter_rows_take(slice_of(name));
		last = words != NULL ? words : last;
		if (words != NULL)
			words[0] = rows++;
	} while (words != NULL);
	ck_assert_uint_ge(rows, 60000);
	counter_rows_give(last);
	ck_assert_ptr_eq(take("one more"), last);
	ck_assert_ptr_null(counter_rows_take(slice_of("another")));
	/* all of them are found again */
	ck_assert(counter_rows_own());
	for (unsigned i = 0; i + 1 < rows; i++) {
		snprintf(name, sizeof(name), "row %u", i);
		words = counter_rows_take(slice_of(name));
		if (words == NULL || words[0] != i)
			ck_abort();
	}
	ck_assert_ptr_null(counter_rows_take(slice_of("another")));
}
END_TEST

START_TEST(the_longest_name_and_a_longer_one)
{
	char name[COUNTER_ROW_NAME + 2];

	memset(name, 'n', sizeof(name));
	open_rows();
	ck_assert_ptr_null(counter_rows_take((struct slice){ name, COUNTER_ROW_NAME + 1 }));
	counter_rows_take((struct slice){ name, COUNTER_ROW_NAME })[0] = 3;
	ck_assert(counter_rows_own());
	ck_assert_uint_eq(counter_rows_take((struct slice){ name, COUNTER_ROW_NAME })[0], 3);
}
END_TEST

/* Another process may write anything anywhere. */
START_TEST(garbage_in_the_memory_harms_nobody)
{
	uint64_t *words;
	char *memory;

	open_rows();
	words = take("a");
	(void)take("b");
	memory = (char *)((uintptr_t)words & ~(uintptr_t)4095);
	memset(memory, 0xff, 4096);
	ck_assert(counter_rows_own());
	(void)take("a");
	(void)take("c");
	counter_rows_give_left();
	words = take("d");
	ck_assert_uint_eq(words[0], 0);
	counter_rows_give(words);
}
END_TEST

Suite *counter_rows_suite(void)
{
	Suite *s = suite_create("counter_rows");
	TCase *tc = tcase_create("counter_rows");

	tcase_add_test(tc, a_row_begins_with_zeros_and_again_when_it_was_given);
	tcase_add_test(tc, a_successor_goes_on_with_what_has_the_same_name);
	tcase_add_test(tc, there_is_room_for_many_and_not_for_more);
	tcase_add_test(tc, the_longest_name_and_a_longer_one);
	tcase_add_test(tc, garbage_in_the_memory_harms_nobody);
	suite_add_tcase(s, tc);
	return s;
}
