/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/go_text.h"

#include <check.h>
#include <stdlib.h>
#include <time.h>

Suite *go_text_suite(void);

START_TEST(prints_durations_as_go_does)
{
	static const struct {
		uint64_t    ms;
		const char *text;
	} rows[] = {
		{ 0, "0s" },		{ 1, "1ms" },		{ 999, "999ms" },
		{ 1000, "1s" },		{ 1500, "1.5s" },	{ 90000, "1m30s" },
		{ 90500, "1m30.5s" },	{ 60000, "1m0s" },	{ 61005, "1m1.005s" },
		{ 3600000, "1h0m0s" },	{ 7384050, "2h3m4.05s" },
	};
	char buf[GO_TEXT];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_str_eq(go_text_duration(rows[i].ms, buf, sizeof(buf)), rows[i].text);
}
END_TEST

START_TEST(prints_times_as_go_does)
{
	char buf[GO_TEXT];

	setenv("TZ", "UTC", 1);
	tzset();
	ck_assert_str_eq(go_text_time(0, buf, sizeof(buf)), "0001-01-01 00:00:00 +0000 UTC");
	ck_assert_str_eq(go_text_time(1353431402000, buf, sizeof(buf)),
			 "2012-11-20 17:10:02 +0000 UTC");
	ck_assert_str_eq(go_text_time(1353431402120, buf, sizeof(buf)),
			 "2012-11-20 17:10:02.12 +0000 UTC");
}
END_TEST

Suite *go_text_suite(void)
{
	Suite *suite = suite_create("go_text");
	TCase *text = tcase_create("text");

	tcase_add_test(text, prints_durations_as_go_does);
	tcase_add_test(text, prints_times_as_go_does);
	suite_add_tcase(suite, text);
	return suite;
}
