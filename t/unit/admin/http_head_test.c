/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/http_head.h"

#include <check.h>

#include "admin/http.h"
#include "core/text.h"

Suite *http_head_suite(void);

static struct http_head head;

/* In pieces of `step` bytes. */
static void scan(const char *bytes, size_t len, size_t step)
{
	http_head_begin(&head);
	for (size_t at = 0; at < len; at += step) {
		size_t piece = step < len - at ? step : len - at;

		http_head_scan(&head, (struct slice){ bytes + at, piece });
	}
}

static void scan_text(struct text *text)
{
	scan(text->data, text->len, 1000);
	text_close(text);
}

START_TEST(a_head_ends_with_an_empty_line)
{
	static const char request[] = "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n\r\n\r\nx";

	for (size_t step = 1; step < sizeof(request); step++) {
		scan(request, sizeof(request) - 1, step);
		ck_assert(head.whole);
		ck_assert_int_eq(head.status, 0);
		ck_assert_uint_eq(head.bytes, sizeof(request) - 1 - 5);
		ck_assert_uint_eq(head.lines, 2);
	}
	scan("GET / HTTP/1.1\n\n", 16, 1);
	ck_assert(head.whole);
	scan("GET / HTTP/1.1\r\nX: y\r\n", 22, 3);
	ck_assert(!head.whole);
}
END_TEST

START_TEST(a_request_line_may_be_too_long)
{
	struct text text;

	text_init(&text);
	for (unsigned i = 0; i < HTTP_LINE_BYTES; i++)
		text_putc(&text, 'x');
	scan(text.data, text.len, 1000);
	ck_assert_int_eq(head.status, 0);
	text_putc(&text, 'x');
	scan_text(&text);
	ck_assert_int_eq(head.status, 414);
}
END_TEST

START_TEST(a_head_may_be_too_long)
{
	struct text text;

	text_init(&text);
	text_puts(&text, "GET / HTTP/1.1\r\nX: ");
	while (text.len < HTTP_HEAD_BYTES)
		text_putc(&text, 'x');
	scan(text.data, text.len, 1000);
	ck_assert_int_eq(head.status, 0);
	text_putc(&text, 'x');
	scan_text(&text);
	ck_assert_int_eq(head.status, 431);
}
END_TEST

START_TEST(a_head_may_have_too_many_lines)
{
	struct text text;

	text_init(&text);
	for (unsigned i = 0; i < HTTP_HEAD_LINES; i++)
		text_puts(&text, "X: y\r\n");
	scan(text.data, text.len, 1000);
	ck_assert_int_eq(head.status, 0);
	text_puts(&text, "X: y\r\n");
	scan_text(&text);
	ck_assert_int_eq(head.status, 431);
}
END_TEST

Suite *http_head_suite(void)
{
	Suite *suite = suite_create("http_head");
	TCase *heads = tcase_create("heads");

	tcase_add_test(heads, a_head_ends_with_an_empty_line);
	tcase_add_test(heads, a_request_line_may_be_too_long);
	tcase_add_test(heads, a_head_may_be_too_long);
	tcase_add_test(heads, a_head_may_have_too_many_lines);
	suite_add_tcase(suite, heads);
	return suite;
}
