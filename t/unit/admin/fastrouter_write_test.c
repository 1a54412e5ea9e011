/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/fastrouter_write.h"

#include <check.h>

#include "core/text.h"

Suite *fastrouter_write_suite(void);

static void put_all(struct fastrouter_write *w)
{
	fastrouter_write_open(w, NULL, '{');
	fastrouter_write_text(w, "a", (struct slice){ "x\"\xff", 3 });
	fastrouter_write_open(w, "b", '[');
	fastrouter_write_close(w, ']');
	fastrouter_write_open(w, "c", '[');
	fastrouter_write_address(w, NULL, slice_of("unix:/a"));
	fastrouter_write_address(w, NULL, slice_of("1.2.3.4:5/udp"));
	fastrouter_write_address(w, NULL, slice_of("/udp"));
	fastrouter_write_close(w, ']');
	fastrouter_write_number(w, "d", UINT64_MAX);
	fastrouter_write_close(w, '}');
}

START_TEST(a_value_on_a_line)
{
	struct fastrouter_write w = { .minified = false };
	struct text out;

	text_init(&out);
	w.out = &out;
	put_all(&w);
	ck_assert_str_eq(text_cstr(&out), "{\n\t\"a\":\"x\\\"\\u00ff\",\n\t\"b\":[\n\t],\n"
			 "\t\"c\":[\n"
			 "\t\t\"/a\",\n\t\t\"1.2.3.4:5\",\n\t\t\"/udp\"\n\t],\n"
			 "\t\"d\":18446744073709551615\n}");
	text_close(&out);
}
END_TEST

START_TEST(or_no_white_space)
{
	struct fastrouter_write w = { .minified = true };
	struct text out;

	text_init(&out);
	w.out = &out;
	put_all(&w);
	ck_assert_str_eq(text_cstr(&out), "{\"a\":\"x\\\"\\u00ff\",\"b\":[],\"c\":[\"/a\","
			 "\"1.2.3.4:5\",\"/udp\"],\"d\":18446744073709551615}");
	text_close(&out);
}
END_TEST

Suite *fastrouter_write_suite(void)
{
	Suite *suite = suite_create("fastrouter_write");
	TCase *tcase = tcase_create("fastrouter_write");

	tcase_add_test(tcase, a_value_on_a_line);
	tcase_add_test(tcase, or_no_white_space);
	suite_add_tcase(suite, tcase);
	return suite;
}
