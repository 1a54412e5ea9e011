/* SPDX-License-Identifier: BSD-2-Clause */
#include "compat/go_flags.h"

#include <check.h>

#include "core/base.h"

Suite *go_flags_suite(void);

static bool quiet;
static int64_t threads, timeout;
static const char *file;

static int parse(char **argv, int *status)
{
	const struct go_flag rows[] = {
		{ "quiet", GO_BOOL, &quiet, NULL, "say nothing" },
		{ "threads", GO_INT, &threads, "4", "how many" },
		{ "file", GO_STRING, &file, NULL, "where to" },
		{ "timeout", GO_DURATION, &timeout, "5s", "how long" },
		{ .name = NULL },
	};
	const struct go_flags flags = { "", rows };
	int argc = 0;

	quiet = false;
	threads = 4;
	timeout = 5;
	file = "";
	while (argv[argc])
		argc++;
	return go_flags_parse(&flags, argc, argv, status);
}

#define PARSE(status, ...) parse((char *[]){ (char *)"program", __VA_ARGS__, NULL }, status)
#define A(text) ((char *)text)

START_TEST(takes_every_form)
{
	int status;

	int next = PARSE(&status, A("-quiet"), A("-threads"), A("2"), A("--file=a=b"), A("rest"));

	ck_assert_int_eq(next, 5);
	ck_assert(quiet);
	ck_assert_int_eq(threads, 2);
	ck_assert_str_eq(file, "a=b");
	next = PARSE(&status, A("-timeout=1s"), A("--threads"), A("0x10"), A("a"), A("-quiet"));
	ck_assert_int_eq(next, 4);
	ck_assert_int_eq(timeout, 1000000000);
	ck_assert_int_eq(threads, 16);
	ck_assert(!quiet);
}
END_TEST

START_TEST(stops_where_go_stops)
{
	int status;

	ck_assert_int_eq(PARSE(&status, A("--"), A("-quiet")), 2);
	ck_assert_int_eq(PARSE(&status, A("-"), A("-quiet")), 1);
	ck_assert_int_eq(PARSE(&status, A("-quiet=false"), A("x")), 2);
	ck_assert(!quiet);
	ck_assert_int_eq(PARSE(&status, A("-quiet"), A("false")), 2);
	ck_assert(quiet);
}
END_TEST

START_TEST(refuses_with_2)
{
	char *bad[] = { A("-nosuch"), A("-timeout=5"), A("-threads=x"),
			A("-threads="), A("-quiet=perhaps"), A("---quiet"),
			A("-=1"), A("-threads=99999999999999999999"), A("-file") };

	for (size_t i = 0; i < COUNT(bad); i++) {
		int status = -1;

		ck_assert_msg(PARSE(&status, bad[i]) == -1, "%s", bad[i]);
		ck_assert_int_eq(status, 2);
	}
}
END_TEST

START_TEST(helps_with_0)
{
	int status = -1;

	ck_assert_int_eq(PARSE(&status, A("-h")), -1);
	ck_assert_int_eq(status, 0);
}
END_TEST

Suite *go_flags_suite(void)
{
	Suite *s = suite_create("go_flags");
	TCase *t = tcase_create("all");

	tcase_add_test(t, takes_every_form);
	tcase_add_test(t, stops_where_go_stops);
	tcase_add_test(t, refuses_with_2);
	tcase_add_test(t, helps_with_0);
	suite_add_tcase(s, t);
	return s;
}
