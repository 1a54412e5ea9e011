/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>

#include "core/text.h"
#include "core/units.h"

Suite *units_suite(void);

static const struct {
	const char *written;
	uint64_t ms;
	const char *printed;
} durations[] = {
	{ "0", 0, "0" },
	{ "500ms", 500, "500ms" },
	{ "5s", 5000, "5s" },
	{ "1m30s", 90000, "1m30s" },
	{ "2h", 7200000, "2h" },
	{ "60s", 60000, "1m" },
	{ "1d", 86400000, "24h" },
	{ "1500ms", 1500, "1500ms" },
	{ "1s500ms", 1500, "1500ms" },
	{ "0s", 0, "0" },
	{ "1h1s", 3601000, "1h1s" },
};

START_TEST(durations_read_and_print)
{
	struct text out;
	uint64_t ms = 1;

	text_init(&out);
	ck_assert(duration_parse(slice_of(durations[_i].written), &ms));
	ck_assert_uint_eq(ms, durations[_i].ms);
	duration_print(ms, &out);
	ck_assert_str_eq(text_cstr(&out), durations[_i].printed);
	text_close(&out);
}
END_TEST

static const char *const no_durations[] = {
	"",
	"5",
	"s",
	"5x",
	"-5s",
	"1.5s",
	"5 s",
	"1s1m",
	"1s1s",
	"5sx",
	"s5",
	"5S",
	"18446744073709551616s",
	"18446744073709551615s",
	"213503982335d",
};

START_TEST(these_are_no_durations)
{
	uint64_t ms;

	ck_assert(!duration_parse(slice_of(no_durations[_i]), &ms));
}
END_TEST

static const struct {
	const char *written;
	uint64_t bytes;
	const char *printed;
} sizes[] = {
	{ "0", 0, "0" },         { "8192", 8192, "8k" },
	{ "64k", 65536, "64k" }, { "10m", 10 << 20, "10m" },
	{ "1g", 1 << 30, "1g" }, { "1000", 1000, "1000" },
	{ "64K", 65536, "64k" }, { "1024k", 1 << 20, "1m" },
};

START_TEST(sizes_read_and_print)
{
	struct text out;
	uint64_t bytes = 1;

	text_init(&out);
	ck_assert(size_parse(slice_of(sizes[_i].written), &bytes));
	ck_assert_uint_eq(bytes, sizes[_i].bytes);
	size_print(bytes, &out);
	ck_assert_str_eq(text_cstr(&out), sizes[_i].printed);
	text_close(&out);
}
END_TEST

static const char *const no_sizes[] = { "", "k", "1kb", "-1", "1.5m", "1 m", "99999999999g", "1x" };

START_TEST(these_are_no_sizes)
{
	uint64_t bytes;

	ck_assert(!size_parse(slice_of(no_sizes[_i]), &bytes));
}
END_TEST

START_TEST(switches)
{
	static const char *const on[] = { "true", "on", "yes", "True", "ON" };
	static const char *const off[] = { "false", "off", "no", "False", "OFF" };
	bool value;

	for (size_t i = 0; i < COUNT(on); i++)
		ck_assert(bool_parse(slice_of(on[i]), &value) && value);
	for (size_t i = 0; i < COUNT(off); i++)
		ck_assert(bool_parse(slice_of(off[i]), &value) && !value);
	ck_assert(!bool_parse(slice_of("1"), &value));
	ck_assert(!bool_parse(slice_of(""), &value));
	ck_assert(!bool_parse(slice_of("offf"), &value));
}
END_TEST

START_TEST(numbers)
{
	uint64_t value = 7;

	ck_assert(number_parse(slice_of("18446744073709551615"), &value));
	ck_assert_uint_eq(value, UINT64_MAX);
	ck_assert(number_parse(slice_of("007"), &value) && value == 7);
	ck_assert(!number_parse(slice_of("18446744073709551616"), &value));
	ck_assert(!number_parse(slice_of(""), &value));
	ck_assert(!number_parse(slice_of("+1"), &value));
	ck_assert(!number_parse(slice_of("1 "), &value));
	ck_assert(!number_parse(slice_of("0x1"), &value));
}
END_TEST

Suite *units_suite(void)
{
	Suite *suite = suite_create("units");
	TCase *tests = tcase_create("units");

	tcase_add_loop_test(tests, durations_read_and_print, 0, COUNT(durations));
	tcase_add_loop_test(tests, these_are_no_durations, 0, COUNT(no_durations));
	tcase_add_loop_test(tests, sizes_read_and_print, 0, COUNT(sizes));
	tcase_add_loop_test(tests, these_are_no_sizes, 0, COUNT(no_sizes));
	tcase_add_test(tests, switches);
	tcase_add_test(tests, numbers);
	suite_add_tcase(suite, tests);
	return suite;
}
