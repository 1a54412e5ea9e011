/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"

Suite *clock_suite(void);

static const struct {
	const char *zone, *printed;
} zones[] = {
	{ "UTC0", "2026-11-21T16:40:02.123+00:00" },
	{ "CET-1", "2026-11-21T17:40:02.123+01:00" },
	{ "NST3:30", "2026-11-21T13:10:02.123-03:30" },
};

START_TEST(local_time_with_its_offset)
{
	char text[CLOCK_TEXT];

	setenv("TZ", zones[_i].zone, 1);
	tzset();
	ck_assert_uint_eq(clock_print(1795279202123, text, sizeof(text)),
			  strlen(zones[_i].printed));
	ck_assert_str_eq(text, zones[_i].printed);
}
END_TEST

START_TEST(monotonic_never_goes_back)
{
	uint64_t before = clock_us();

	ck_assert_uint_ge(clock_us(), before);
	ck_assert_uint_ge(clock_ms(), before / 1000);
}
END_TEST

Suite *clock_suite(void)
{
	Suite *suite = suite_create("clock");
	TCase *tests = tcase_create("clock");

	tcase_add_loop_test(tests, local_time_with_its_offset, 0, sizeof(zones) / sizeof(zones[0]));
	tcase_add_test(tests, monotonic_never_goes_back);
	suite_add_tcase(suite, tests);
	return suite;
}
