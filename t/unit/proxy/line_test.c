/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <string.h>

#include "proxy/line.h"

Suite *line_suite(void);

static struct line l;
static const struct line_key key_service = LINE_KEY("service");
static const struct line_key key_key = LINE_KEY("key");
static const struct line_key key_tries = LINE_KEY("tries");
static const struct line_key key_connect_seconds = LINE_KEY("connect_seconds");
static const struct line_key key_duration_seconds = LINE_KEY("duration_seconds");
static const struct line_key key_queue_seconds = LINE_KEY("queue_seconds");
static const struct line_key key_error = LINE_KEY("error");
static const struct line_key key_time = LINE_KEY("time");
static const struct line_key key_more = LINE_KEY("more");

static const char *text(void)
{
	line_end(&l);
	l.data[l.len] = '\0';
	return l.data;
}

START_TEST(logfmt)
{
	line_begin(&l, false);
	line_word(&l, &key_service, "web");
	line_none(&l, &key_key);
	line_number(&l, &key_tries, 18446744073709551615u);
	line_seconds(&l, &key_connect_seconds, 412);
	line_seconds(&l, &key_duration_seconds, 3812000);
	line_seconds(&l, &key_queue_seconds, 15000000);
	line_quoted(&l, &key_error, "a \"b\"\n\\");
	ck_assert_str_eq(text(), "service=web key=- tries=18446744073709551615 "
			 "connect_seconds=0.000412 duration_seconds=3.812 queue_seconds=15 "
			 "error=\"a \\\"b\\\"\\u000a\\\\\"\n");
}
END_TEST

START_TEST(json)
{
	line_begin(&l, true);
	line_word(&l, &key_service, "web");
	line_none(&l, &key_key);
	line_seconds(&l, &key_connect_seconds, 1);
	ck_assert_str_eq(text(),
			 "{\"service\":\"web\",\"key\":null,\"connect_seconds\":0.000001}\n");
}
END_TEST

/* A path may hold what ends a word, or a string. */
START_TEST(addresses)
{
	line_begin(&l, false);
	line_address(&l, &key_service, "127.0.0.1:80");
	line_address(&l, &key_key, "unix:/run/a.sock");
	line_address(&l, &key_more, "unix:/run/a b.sock");
	line_address(&l, &key_error, "@a\"b\\");
	ck_assert_str_eq(text(), "service=127.0.0.1:80 key=unix:/run/a.sock "
			 "more=\"unix:/run/a b.sock\" error=\"@a\\\"b\\\\\"\n");
	line_begin(&l, true);
	line_address(&l, &key_service, "[::1]:80");
	line_address(&l, &key_error, "@a\"b");
	ck_assert_str_eq(text(), "{\"service\":\"[::1]:80\",\"error\":\"@a\\\"b\"}\n");
}
END_TEST

START_TEST(time_of_the_line)
{
	line_begin(&l, false);
	line_time(&l, &key_time, 1700000000007);
	ck_assert_ptr_nonnull(strstr(text(), ":20.007"));
	line_begin(&l, false);
	line_time(&l, &key_time, 1700000000123);
	ck_assert_ptr_nonnull(strstr(text(), ":20.123"));
}
END_TEST

START_TEST(too_long_is_cut)
{
	static char much[LINE_SIZE * 2];

	memset(much, 'x', sizeof(much) - 1);
	line_begin(&l, true);
	line_quoted(&l, &key_error, much);
	line_word(&l, &key_more, "y");
	line_end(&l);
	ck_assert_uint_le(l.len, LINE_SIZE);
	ck_assert_int_eq(l.data[l.len - 1], '\n');
}
END_TEST

Suite *line_suite(void)
{
	Suite *s = suite_create("line");
	TCase *tc = tcase_create("line");

	tcase_add_test(tc, logfmt);
	tcase_add_test(tc, json);
	tcase_add_test(tc, addresses);
	tcase_add_test(tc, time_of_the_line);
	tcase_add_test(tc, too_long_is_cut);
	suite_add_tcase(s, tc);
	return s;
}
