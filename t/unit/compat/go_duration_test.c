/* SPDX-License-Identifier: BSD-2-Clause */
#include "compat/go_duration.h"

#include <check.h>

Suite *go_duration_suite(void);

START_TEST(reads_what_go_reads)
{
	static const struct {
		const char *text;
		int64_t     ns;
	} good[] = {
		{ "0", 0 },
		{ "5s", 5000000000 },
		{ "100ms", 100000000 },
		{ "1m30s", 90000000000 },
		{ "1.5h", 5400000000000 },
		{ "300us", 300000 },
		{ "300\xc2\xb5s", 300000 },
		{ ".5s", 500000000 },
		{ "1.s", 1000000000 },
		{ "-2s", -2000000000 },
		{ "+2s", 2000000000 },
		{ "1h2m3s4ms5us6ns", 3723004005006 },
	};
	int64_t ns;

	for (size_t i = 0; i < COUNT(good); i++) {
		ck_assert_msg(go_duration_parse(good[i].text, &ns), "%s", good[i].text);
		ck_assert_msg(ns == good[i].ns, "%s: %lld", good[i].text, (long long)ns);
	}
}
END_TEST

START_TEST(refuses_what_go_refuses)
{
	static const char *const bad[] = { "",   "5",   "s",   ".s",   "5 s", "5x",
					   "-",  "1s2", "1,5s", "5S", "--5s", "9000000h" };
	int64_t ns;

	for (size_t i = 0; i < COUNT(bad); i++)
		ck_assert_msg(!go_duration_parse(bad[i], &ns), "\"%s\"", bad[i]);
}
END_TEST

START_TEST(rounds_up_to_milliseconds)
{
	ck_assert_uint_eq(go_duration_ms(0), 0);
	ck_assert_uint_eq(go_duration_ms(-1), 0);
	ck_assert_uint_eq(go_duration_ms(1), 1);
	ck_assert_uint_eq(go_duration_ms(300000), 1);
	ck_assert_uint_eq(go_duration_ms(5000000000), 5000);
}
END_TEST

Suite *go_duration_suite(void)
{
	Suite *s = suite_create("go_duration");
	TCase *t = tcase_create("all");

	tcase_add_test(t, reads_what_go_reads);
	tcase_add_test(t, refuses_what_go_refuses);
	tcase_add_test(t, rounds_up_to_milliseconds);
	suite_add_tcase(s, t);
	return s;
}
