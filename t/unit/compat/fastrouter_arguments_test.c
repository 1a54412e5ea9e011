/* SPDX-License-Identifier: BSD-2-Clause */
#include "compat/fastrouter_arguments.h"

#include <check.h>
#include <stdlib.h>

#include "compat/fastrouter_options.h"
#include "compat/program.h"
#include "core/arena.h"

Suite *fastrouter_arguments_suite(void);

static struct arena *arena;
static struct fastrouter_options options;

static void setup(void)
{
	arena = arena_new();
}

static void teardown(void)
{
	arena_free(arena);
}

static int read_words(char **argv)
{
	int argc = 0;

	while (argv[argc] != NULL)
		argc++;
	fastrouter_options_init(&options, arena);
	fastrouter_arguments_read(&options, argc, argv);
	return options.status;
}

#define READ(...) read_words((char *[]){ (char *)"fastrouter", __VA_ARGS__, NULL })
#define A(text) ((char *)text)

START_TEST(takes_values_in_both_forms)
{
	ck_assert_int_eq(READ(A("--fastrouter-to"), A("a=b"), A("--fastrouter-to=c=d"),
			      A("--fastrouter-to"), A("--print")), COMPAT_GO_ON);
	ck_assert_uint_eq(options.nodes.count, 3);
	ck_assert_str_eq(options.nodes.items[0], "a=b");
	ck_assert_str_eq(options.nodes.items[1], "c=d");
	ck_assert_str_eq(options.nodes.items[2], "--print");
	ck_assert(!options.print);
}
END_TEST

START_TEST(takes_letters)
{
	ck_assert_int_eq(READ(A("-Ml7"), A("-C"), A("-LT"), A("-d"), A("file")), COMPAT_GO_ON);
	ck_assert_uint_eq(options.backlog, 7);
	ck_assert_str_eq(options.chmod_socket, "");
	ck_assert_str_eq(options.daemonize, "file");
	ck_assert_int_eq(READ(A("-C600"), A("--chmod-socket")), COMPAT_GO_ON);
	ck_assert_str_eq(options.chmod_socket, "");
}
END_TEST

START_TEST(goes_on_behind_what_it_refuses)
{
	ck_assert_int_eq(READ(A("--socket"), A(":1"), A("--nosuch=2"), A("-p"), A("3"), A("word"),
			      A("--fastrouter-cheap=1"), A("-"), A("--fastrouter"), A(":4")), 2);
	ck_assert_uint_eq(options.listen.count, 1);
	ck_assert_str_eq(options.listen.items[0], ":4");
	ck_assert(!options.cheap);
	ck_assert_int_eq(READ(A("--fastrouter-to")), 2);
	ck_assert_int_eq(READ(A("-l")), 2);
	ck_assert_int_eq(READ(A("--"), A("--fastrouter-cheap")), 2);
	ck_assert(!options.cheap);
	ck_assert_int_eq(READ(A("--=1")), 2);
	ck_assert_int_eq(READ(A("")), 2);
}
END_TEST

START_TEST(says_which_files_cannot_be_read)
{
	ck_assert_int_eq(READ(A("--ini"), A("/nonexistent/a.ini")), 1);
	ck_assert_int_eq(READ(A("/nonexistent/a.ini:b"), A("--print")), 1);
	ck_assert(options.print);
	ck_assert_int_eq(READ(A("--ini"), A("/nonexistent/a.ini"), A("--socket=1")), 2);
	ck_assert_int_eq(READ(A("--ini"), A(":x")), 2);
	ck_assert_int_eq(READ(A("--ini="), A(":x")), 2);
}
END_TEST

Suite *fastrouter_arguments_suite(void)
{
	Suite *suite = suite_create("fastrouter_arguments");
	TCase *tcase = tcase_create("fastrouter_arguments");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, takes_values_in_both_forms);
	tcase_add_test(tcase, takes_letters);
	tcase_add_test(tcase, goes_on_behind_what_it_refuses);
	tcase_add_test(tcase, says_which_files_cannot_be_read);
	suite_add_tcase(suite, tcase);
	return suite;
}
