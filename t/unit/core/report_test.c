/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/report.h"

Suite *report_suite(void);

static struct arena *arena;

static void begin(void)
{
	arena = arena_new();
	ck_assert(report_open());
}

static void end(void)
{
	arena_free(arena);
}

START_TEST(the_last_text_is_read)
{
	ck_assert_uint_eq(report_read(REPORT_RESOLVER, arena).len, 0);
	ck_assert(report_write(REPORT_RESOLVER, slice_of("{\"a\": 1}")));
	ck_assert(slice_is(report_read(REPORT_RESOLVER, arena), "{\"a\": 1}"));
	ck_assert(report_write(REPORT_RESOLVER, slice_of("{}")));
	ck_assert(slice_is(report_read(REPORT_RESOLVER, arena), "{}"));
	ck_assert(slice_is(report_read(REPORT_RESOLVER, arena), "{}"));
}
END_TEST

START_TEST(a_text_that_is_too_long_leaves_the_one_before)
{
	static char much[REPORT_MAX + 1];

	memset(much, 'x', sizeof(much));
	ck_assert(report_write(REPORT_RESOLVER, slice_of("before")));
	ck_assert(!report_write(REPORT_RESOLVER, (struct slice){ much, sizeof(much) }));
	ck_assert(slice_is(report_read(REPORT_RESOLVER, arena), "before"));
	ck_assert(report_write(REPORT_RESOLVER, (struct slice){ much, REPORT_MAX }));
	ck_assert_uint_eq(report_read(REPORT_RESOLVER, arena).len, REPORT_MAX);
}
END_TEST

#define MUCH 100000

static bool whole(struct slice text)
{
	for (size_t i = 1; i < text.len; i++)
		if (text.data[i] != text.data[0])
			return false;
	return true;
}

/* Fills texts with one letter each, for ever. */
static void write_for_ever(void)
{
	static char bytes[MUCH];

	for (unsigned n = 0;; n++) {
		memset(bytes, 'a' + (int)(n % 26), sizeof(bytes));
		if (!report_write(REPORT_RESOLVER, (struct slice){ bytes, MUCH - n % 1000 }))
			_exit(1);
	}
}

START_TEST(a_writer_that_is_killed_leaves_a_whole_text)
{
	unsigned read = 0;

	for (unsigned round = 0; round < 50; round++) {
		pid_t pid = fork();
		struct arena *copies = arena_new();
		int status;

		if (pid == 0)
			write_for_ever();
		while (report_read(REPORT_RESOLVER, copies).len == 0)
			;
		for (unsigned i = 0; i < 20; i++) {
			struct slice text = report_read(REPORT_RESOLVER, copies);

			ck_assert(whole(text));
			read += text.len != 0;
		}
		ck_assert_int_eq(kill(pid, SIGKILL), 0);
		ck_assert_int_eq(waitpid(pid, &status, 0), pid);
		ck_assert(WIFSIGNALED(status));
		struct slice text = report_read(REPORT_RESOLVER, copies);

		ck_assert_uint_gt(text.len, 0);
		ck_assert(whole(text));
		arena_free(copies);
	}
	ck_assert_uint_gt(read, 0);
}
END_TEST

Suite *report_suite(void)
{
	Suite *suite = suite_create("report");
	TCase *tests = tcase_create("report");

	tcase_add_checked_fixture(tests, begin, end);
	tcase_add_test(tests, the_last_text_is_read);
	tcase_add_test(tests, a_text_that_is_too_long_leaves_the_one_before);
	tcase_add_test(tests, a_writer_that_is_killed_leaves_a_whole_text);
	suite_add_tcase(suite, tests);
	return suite;
}
