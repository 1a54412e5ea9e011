/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <string.h>

#include "core/base.h"
#include "core/uwsgi_length.h"

Suite *uwsgi_length_suite(void);

static char block[512];
static size_t len;

static void add(const char *name, const char *value)
{
	const char *parts[] = { name, value };

	for (size_t i = 0; i < 2; i++) {
		size_t n = strlen(parts[i]);

		block[len] = (char)n;
		block[len + 1] = 0;
		memcpy(block + len + 2, parts[i], n);
		len += n + 2;
	}
}

/* INT64_MIN: it is wrong. */
static int64_t length_of(const char *one, const char *two)
{
	uint64_t length = 99;

	len = 0;
	add("REQUEST_METHOD", "POST");
	if (one != NULL)
		add("CONTENT_LENGTH", one);
	add("HTTP_CONTENT_LENGTH", "x");
	if (two != NULL)
		add("CONTENT_LENGTH", two);
	if (!uwsgi_length_read((struct slice){ block, len }, &length))
		return INT64_MIN;
	return (int64_t)length;
}

START_TEST(numbers)
{
	ck_assert_int_eq(length_of(NULL, NULL), 0);
	ck_assert_int_eq(length_of("", NULL), 0);
	ck_assert_int_eq(length_of("0", NULL), 0);
	ck_assert_int_eq(length_of("1", NULL), 1);
	ck_assert_int_eq(length_of("0400000", NULL), 400000);
	ck_assert_int_eq(length_of("9223372036854775807", NULL), INT64_MAX);
	ck_assert_int_eq(length_of("17", "17"), 17);
}
END_TEST

START_TEST(wrong_ones)
{
	static const char *const texts[] = { "12abc", "abc", "-1", "+1", " 1", "1 ", "1.0", "0x10",
					     "9223372036854775808", "99999999999999999999999" };

	for (size_t i = 0; i < COUNT(texts); i++)
		ck_assert_msg(length_of(texts[i], NULL) == INT64_MIN, "%s", texts[i]);
	ck_assert_int_eq(length_of("1", "2"), INT64_MIN);
	ck_assert_int_eq(length_of("", "2"), INT64_MIN);
	ck_assert_int_eq(length_of("2", "x"), INT64_MIN);
}
END_TEST

/* Every piece of a block: what is cut off is not read. */
START_TEST(cut_blocks)
{
	uint64_t length;

	ck_assert_int_eq(length_of("400000", NULL), 400000);
	for (size_t n = 0; n < len; n++)
		if (uwsgi_length_read((struct slice){ block, n }, &length))
			ck_assert(length == 0 || length == 400000);
}
END_TEST

Suite *uwsgi_length_suite(void)
{
	Suite *s = suite_create("uwsgi_length");
	TCase *c = tcase_create("uwsgi_length");

	tcase_add_test(c, numbers);
	tcase_add_test(c, wrong_ones);
	tcase_add_test(c, cut_blocks);
	suite_add_tcase(s, c);
	return s;
}
