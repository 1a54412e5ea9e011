/* SPDX-License-Identifier: BSD-2-Clause */
/* Answers of HTTP servers, in pieces of every size: what is read of them, and what is refused. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "admin/check_answer.h"
#include "core/text.h"

Suite *check_answer_suite(void);

#define MOST 65536

static struct check_answer answer;
static struct text body;
static bool cgi;	/* heads of CGI are read, too */

static void setup(void)
{
	text_init(&body);
	cgi = false;
}

static void teardown(void)
{
	text_close(&body);
}

/* In pieces of `step` bytes; each in memory of its own, for the sanitizer. */
static void feed(const char *bytes, size_t len, size_t step, bool bodyless)
{
	check_answer_init(&answer, bodyless);
	answer.cgi = cgi;
	text_clear(&body);
	for (size_t at = 0; at < len; at += step) {
		size_t n = len - at < step ? len - at : step;
		char *copy = malloc(n);

		ck_assert_ptr_nonnull(copy);
		memcpy(copy, bytes + at, n);
		check_answer_feed(&answer, (struct slice){ copy, n }, &body, MOST);
		free(copy);
	}
}

#define HEAD "HTTP/1.1 200 OK\r\n"

struct answer_case {
	const char *bytes;
	bool        ends;	/* the connection, behind the bytes */
	unsigned    status;
	const char *body;	/* NULL: `why` says what is wrong */
	const char *why;
};

static const struct answer_case cases[] = {
	{ HEAD "Content-Length: 5\r\n\r\nhello", false, 200, "hello", NULL },
	{ HEAD "Content-Length: 5\r\n\r\nhello and more", false, 200, "hello", NULL },
	{ HEAD "content-length:5 \n\nhello", false, 200, "hello", NULL },
	{ HEAD "Content-Length: 0\r\n\r\n", false, 200, "", NULL },
	{ HEAD "\r\nuntil the end", true, 200, "until the end", NULL },
	{ "HTTP/1.0 404 Not Found\r\n\r\nno", true, 404, "no", NULL },
	{ "HTTP/1.1 204\r\n\r\n", false, 204, "", NULL },
	{ "HTTP/1.1 204 \r\n\r\n", false, 204, "", NULL },
	{ "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", false, 304, "", NULL },
	{ "HTTP/1.1 101 Switching\r\n\r\n\x81", false, 101, "", NULL },
	{ "HTTP/1.1 100 Continue\r\nContent-Length: x\r\n\r\nHTTP/1.1 103 Early\r\n\r\n" HEAD
	  "Content-Length: 1\r\n\r\nx", false, 200, "x", NULL },
	{ HEAD "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1;a=b\r\n!\r\n0\r\n\r\n", false,
	  200, "hello!", NULL },
	{ HEAD "Content-Length: 3\r\nTransfer-Encoding: Chunked\r\n\r\nA\r\n0123456789\r\n000\r\n"
	  "T: x\r\n\r\n", false, 200, "0123456789", NULL },
	{ HEAD "Transfer-Encoding: chunked\r\n\r\nx\r\n", false, 200, NULL,
	  "has a chunk without a size" },
	{ HEAD "Transfer-Encoding: chunked\r\n\r\n\r\n", false, 200, NULL,
	  "has a chunk without a size" },
	{ HEAD "Transfer-Encoding: chunked\r\n\r\n1\r\nhello", false, 200, NULL, NULL },
	{ HEAD "Transfer-Encoding: chunked\r\n\r\n1\r\nhello\r\n", false, 200, NULL,
	  "has a chunk that is longer than its size" },
	{ HEAD "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffffff\r\n", false, 200, NULL,
	  "has a chunk without a size" },
	{ HEAD "Transfer-Encoding: chunked\r\n\r\n5\r\nhel", true, 200, NULL,
	  "ends within its body" },
	{ HEAD "Transfer-Encoding: gzip, chunked\r\n\r\n", false, 200, NULL,
	  "has a Transfer-Encoding other than chunked" },
	{ HEAD "Content-Length: -1\r\n\r\n", false, 200, NULL,
	  "has a Content-Length that is none" },
	{ HEAD "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", false, 200, NULL,
	  "has a Content-Length that is none" },
	{ HEAD "Content-Length: 99999999999999999999\r\n\r\n", false, 200, NULL,
	  "has a Content-Length that is none" },
	{ HEAD "Content-Length: 5\r\n\r\nhell", true, 200, NULL, "ends within its body" },
	{ HEAD "X: y\r\n", true, 200, NULL, "ends within its head" },
	{ "HTTP/1.1 200", true, 200, NULL, "ends within its head" },
	{ "HTTP/1.1 20", true, 0, NULL, "has no status in its first line" },
	{ "HTTP/1.1 2000 x\r\n\r\n", false, 0, NULL, "has no status in its first line" },
	{ "HTTP/1.1 abc x\r\n\r\n", false, 0, NULL, "has no status in its first line" },
	{ "HTTP/1.1 099 x\r\n\r\n", false, 0, NULL, "has no status in its first line" },
	{ "HTTP/1.1\r\n\r\n", false, 0, NULL, "has no status in its first line" },
	{ "HTTP/1.11 200 OK\r\n\r\n", false, 0, NULL, "has no status in its first line" },
	{ "HTTP/2.0 200 OK\r\n\r\n", false, 0, NULL, "does not begin with HTTP/1" },
	{ "<html>hello</html>", false, 0, NULL, "does not begin with HTTP/1" },
	{ "SSH-2.0-OpenSSH_9.2\r\n", false, 0, NULL, "does not begin with HTTP/1" },
	{ "\r\n" HEAD "\r\n", false, 0, NULL, "does not begin with HTTP/1" },
	{ "HTT", true, 0, NULL, "does not begin with HTTP/1" },
	{ "", true, 0, NULL, "is missing: closed without one" },
	{ "HTTP/1.1 100 Continue\r\n\r\n", true, 0, NULL, "ends within its head" },
};

static void try_pieces(const struct answer_case *c)
{
	size_t len = strlen(c->bytes);

	for (size_t step = 1; step <= len + 1; step++) {
		feed(c->bytes, len, step, false);
		if (c->ends)
			check_answer_end(&answer);
		ck_assert_uint_eq(answer.status, c->status);
		if (c->why != NULL) {
			ck_assert_int_eq(answer.state, ANSWER_BAD);
			ck_assert_str_eq(answer.why, c->why);
		} else if (c->body != NULL) {
			ck_assert_int_eq(answer.state, ANSWER_DONE);
			ck_assert_str_eq(text_cstr(&body), c->body);
		} else {
			ck_assert_int_lt(answer.state, ANSWER_DONE);
		}
	}
}

START_TEST(an_answer_is_the_same_in_pieces_of_any_size)
{
	try_pieces(&cases[_i]);
}
END_TEST

#define NEITHER "begins neither with HTTP/1 nor with a header"

/* Where heads of CGI are read; what has a status line is as above. */
static const struct answer_case cgi_cases[] = {
	{ HEAD "Content-Length: 5\r\n\r\nhello", false, 200, "hello", NULL },
	{ "HTTP/1.1 20", true, 0, NULL, "has no status in its first line" },
	{ "HTTP/1.1\r\n\r\n", false, 0, NULL, "has no status in its first line" },
	{ "Status: 200 OK\r\nContent-Length: 2\r\n\r\nok", false, 200, "ok", NULL },
	{ "status:404\n\nno", true, 404, "no", NULL },
	{ "Content-Length: 2\r\nX: y: z\r\nStatus:  204\tx \r\n\r\n", false, 204, "", NULL },
	{ "HTTP-X: a\r\nHost: b\r\nStatus: 500\r\n\r\n", true, 500, "", NULL },
	{ "Content-Type: text/plain\r\n\r\nok", true, 200, "ok", NULL },
	{ "Location: /x\r\nContent-Type: text/plain\r\n\r\n", true, 302, "", NULL },
	{ "Status: 100 Continue\r\n\r\nStatus: 200\r\n\r\n", true, 200, "", NULL },
	{ "Status: 103\r\nLocation: /x\r\n\r\n" HEAD "\r\n", true, 200, "", NULL },
	{ "Content-Type: a\r\nStatus: 100\r\n\r\nX: y\r\n\r\n", false, 0, NULL,
	  "has no Status, Content-Type or Location in its head" },
	{ "X: y\r\n\r\n", false, 0, NULL,
	  "has no Status, Content-Type or Location in its head" },
	{ "Status: 20\r\n\r\n", false, 0, NULL, "has a Status that is none" },
	{ "Status:\r\n\r\n", false, 0, NULL, "has a Status that is none" },
	{ "Status: 2000\r\n\r\n", false, 0, NULL, "has a Status that is none" },
	{ "Status: 099\r\n\r\n", false, 0, NULL, "has a Status that is none" },
	{ "Status: ok\r\n\r\n", false, 0, NULL, "has a Status that is none" },
	{ "X: y\r\nno header\r\n\r\n", false, 0, NULL,
	  "has a line in its head that is no header" },
	{ "X: y\r\nnone\r\n\r\n", false, 0, NULL, "has a line in its head that is no header" },
	{ "X: y\r\n\rz", false, 0, NULL, "has a line in its head that is no header" },
	{ "X: y\r\n: z\r\n", false, 0, NULL, "has a line in its head that is no header" },
	{ "X: y", true, 0, NULL, "ends within its head" },
	{ "X: y\r\nStat", true, 0, NULL, "ends within its head" },
	{ "Status: 200", true, 0, NULL, "ends within its head" },
	{ "Status: 200\r\nX", true, 200, NULL, "ends within its head" },
	{ "hello", true, 0, NULL, NEITHER },
	{ "HT", true, 0, NULL, NEITHER },
	{ "hello\n", false, 0, NULL, NEITHER },
	{ "\n", false, 0, NULL, NEITHER },
	{ "\r\n" HEAD "\r\n", false, 0, NULL, NEITHER },
	{ "HTTP/2.0 200 OK\r\n\r\n", false, 0, NULL, NEITHER },
	{ "<html>hello</html>", false, 0, NULL, NEITHER },
	{ "", true, 0, NULL, "is missing: closed without one" },
};

START_TEST(a_head_of_cgi_is_the_same_in_pieces_of_any_size)
{
	cgi = true;
	try_pieces(&cgi_cases[_i]);
}
END_TEST

START_TEST(a_name_without_end_is_no_header)
{
	cgi = true;
	feed("0123456789", 10, 10, false);
	for (unsigned i = 0; i < 20; i++)
		check_answer_feed(&answer, slice_of("0123456789"), &body, MOST);
	ck_assert_int_eq(answer.state, ANSWER_BAD);
	ck_assert_str_eq(answer.why, NEITHER);
}
END_TEST

START_TEST(the_answer_to_head_has_no_body)
{
	static const char bytes[] = HEAD "Content-Length: 5\r\n\r\n";

	feed(bytes, sizeof(bytes) - 1, 7, true);
	ck_assert_int_eq(answer.state, ANSWER_DONE);
}
END_TEST

START_TEST(the_status_is_known_before_its_line_ends)
{
	feed("HTTP/1.1 503", 12, 12, false);
	ck_assert_uint_eq(answer.status, 0);
	feed("HTTP/1.1 503 ", 13, 13, false);
	ck_assert_uint_eq(answer.status, 503);
}
END_TEST

START_TEST(what_is_no_http_is_shown)
{
	struct slice first;

	feed("SSH-2.0-OpenSSH_9.2\r\n", 21, 21, false);
	ck_assert(check_answer_foreign(&answer, &first));
	ck_assert(slice_is(first, "SSH-2.0-OpenSSH_9.2\r\n"));
	cgi = true;
	feed("hello\nworld", 11, 11, false);
	ck_assert(check_answer_foreign(&answer, &first));
	ck_assert(slice_is(first, "hello\nworld"));
	feed(HEAD "\r\n", sizeof(HEAD) + 1, 3, false);
	ck_assert(!check_answer_foreign(&answer, &first));
}
END_TEST

/* Each for ever: a head without an end, a header without one, chunks of a byte, a body. */
static const struct {
	const char *begin, *repeat;
	int state;
} endless[] = {
	{ HEAD, "X: y\r\n", ANSWER_BAD },
	{ HEAD "X: ", "0123456789", ANSWER_BAD },
	{ "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n", ANSWER_BAD },
	{ HEAD "Transfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n", ANSWER_BAD },
	{ HEAD "Transfer-Encoding: chunked\r\n\r\n0\r\n", "T: x\r\n", ANSWER_BAD },
	{ HEAD "\r\n", "0123456789", ANSWER_DONE },
	{ HEAD "Content-Length: 99999999999\r\n\r\n", "0123456789", ANSWER_DONE },
	{ "X: y\r\n", "X: y\r\n", ANSWER_BAD },
	{ "Status: 100\r\n\r\n", "Status: 100\r\n\r\n", ANSWER_BAD },
};

START_TEST(nothing_is_read_for_ever)
{
	struct slice repeat = slice_of(endless[_i].repeat);

	cgi = true;
	feed(endless[_i].begin, strlen(endless[_i].begin), 100, false);
	for (unsigned i = 0; i < 70000 && answer.state < ANSWER_DONE; i++)
		check_answer_feed(&answer, repeat, &body, MOST);
	ck_assert_int_eq(answer.state, endless[_i].state);
	ck_assert_uint_le(body.len, MOST);
}
END_TEST

Suite *check_answer_suite(void)
{
	Suite *suite = suite_create("check_answer");
	TCase *tests = tcase_create("answers");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_loop_test(tests, an_answer_is_the_same_in_pieces_of_any_size, 0,
			    (int)(sizeof(cases) / sizeof(cases[0])));
	tcase_add_loop_test(tests, a_head_of_cgi_is_the_same_in_pieces_of_any_size, 0,
			    (int)(sizeof(cgi_cases) / sizeof(cgi_cases[0])));
	tcase_add_test(tests, a_name_without_end_is_no_header);
	tcase_add_test(tests, the_answer_to_head_has_no_body);
	tcase_add_test(tests, the_status_is_known_before_its_line_ends);
	tcase_add_test(tests, what_is_no_http_is_shown);
	tcase_add_loop_test(tests, nothing_is_read_for_ever, 0,
			    (int)(sizeof(endless) / sizeof(endless[0])));
	suite_add_tcase(suite, tests);
	return suite;
}
