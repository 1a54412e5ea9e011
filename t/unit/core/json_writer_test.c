/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/json_writer.h"

#include <check.h>
#include <stdint.h>
#include <string.h>

Suite *json_writer_suite(void);

static struct text out;
static struct json_writer w;

static void begin(bool lines)
{
	text_init(&out);
	json_writer_begin(&w, &out, lines);
}

static void ck_assert_written(const char *expected)
{
	ck_assert_str_eq(text_cstr(&out), expected);
	text_close(&out);
}

static void write_both(void)
{
	json_writer_open(&w, '{');
	json_writer_put_string(&w, "name", "a\"b\n");
	json_writer_put_string(&w, "reason", NULL);
	json_writer_key(&w, "list");
	json_writer_open(&w, '[');
	for (int i = -1; i < 2; i++) {
		json_writer_item(&w);
		json_writer_integer(&w, i);
	}
	json_writer_close(&w, ']');
	json_writer_key(&w, "none");
	json_writer_open(&w, '{');
	json_writer_close(&w, '}');
	json_writer_close(&w, '}');
}

START_TEST(all_in_one_line)
{
	begin(false);
	write_both();
	ck_assert_written("{\"name\":\"a\\\"b\\n\",\"reason\":null,\"list\":[-1,0,1],\"none\":{}}");
}
END_TEST

START_TEST(a_line_for_each_member)
{
	begin(true);
	write_both();
	ck_assert_written("{\n  \"name\": \"a\\\"b\\n\",\n  \"reason\": null,\n  \"list\": [\n"
			  "    -1,\n    0,\n    1\n  ],\n  \"none\": {}\n}");
}
END_TEST

static void fraction(uint64_t value, unsigned divisor, const char *expected)
{
	begin(false);
	json_writer_fraction(&w, value, divisor);
	ck_assert_written(expected);
}

START_TEST(fractions_have_the_digits_that_they_need)
{
	fraction(0, 1000, "0.0");
	fraction(1500, 1000, "1.5");
	fraction(1, 1000000, "0.000001");
	fraction(250000, 1000000, "0.25");
	fraction(10050, 1000, "10.05");
	fraction(7, 1, "7.0");
	fraction(UINT64_MAX, 1000, "18446744073709551.615");
}
END_TEST

START_TEST(the_ends_of_integers)
{
	begin(false);
	json_writer_integer(&w, INT64_MIN);
	json_writer_item(&w);
	json_writer_item(&w);
	json_writer_integer(&w, INT64_MAX);
	ck_assert_written("-9223372036854775808,9223372036854775807");
}
END_TEST

/* First, in the middle, last, and with something in it. */
START_TEST(members_are_left_out_at_one_level)
{
	static const char *const names[] = { "x", "y", NULL };

	begin(false);
	json_writer_open(&w, '{');
	json_writer_put_integer(&w, "x", 0);
	json_writer_without(&w, names);
	json_writer_put_integer(&w, "x", 1);
	json_writer_put_integer(&w, "a", 2);
	json_writer_key(&w, "y");
	json_writer_open(&w, '{');
	json_writer_put_integer(&w, "x", 3);
	json_writer_close(&w, '}');
	json_writer_key(&w, "b");
	json_writer_open(&w, '{');
	json_writer_put_integer(&w, "x", 4);
	json_writer_close(&w, '}');
	json_writer_put_integer(&w, "x", 5);
	json_writer_without(&w, NULL);
	json_writer_put_integer(&w, "y", 6);
	json_writer_close(&w, '}');
	ck_assert_written("{\"x\":0,\"a\":2,\"b\":{\"x\":4},\"y\":6}");
	begin(false);
	json_writer_open(&w, '{');
	json_writer_without(&w, names);
	json_writer_put_integer(&w, "x", 1);
	json_writer_close(&w, '}');
	ck_assert_written("{}");
}
END_TEST

Suite *json_writer_suite(void)
{
	Suite *suite = suite_create("json_writer");
	TCase *values = tcase_create("values");

	tcase_add_test(values, all_in_one_line);
	tcase_add_test(values, a_line_for_each_member);
	tcase_add_test(values, fractions_have_the_digits_that_they_need);
	tcase_add_test(values, the_ends_of_integers);
	tcase_add_test(values, members_are_left_out_at_one_level);
	suite_add_tcase(suite, values);
	return suite;
}
