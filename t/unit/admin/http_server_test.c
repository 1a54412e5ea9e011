/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/http_server.h"

#include "http_fixture.h"

#include "admin/answer.h"

Suite *http_server_suite(void);

static const uint64_t limits_ms[PHASES] = {
	[PHASE_IDLE] = 200, [PHASE_HEAD] = 200, [PHASE_BODY] = 200, [PHASE_WRITING] = 600,
	[PHASE_LINGERING] = 100,
};

static struct http_request *kept;
static unsigned requests, gone;

/* Says what it was asked. */
static void echo(struct http_request *r)
{
	struct slice body = http_body(r);
	const char *match = http_request_header(r, "if-match");
	char query[16] = "";

	requests++;
	http_puts(r, http_method_name(http_method(r)));
	http_puts(r, " ");
	http_puts(r, http_encoded_path(r));
	http_puts(r, http_query(r, "q", query, sizeof(query)) == HTTP_QUERY_FOUND ? query : "");
	http_puts(r, match != NULL ? match : " no match");
	if (http_request_header_count(r, "HOST") > 1)
		http_puts(r, " two hosts");
	http_puts(r, " body=");
	http_write(r, body.data, body.len);
	http_answer(r, 200, "text/plain");
}

static void on_gone(struct http_request *r)
{
	ck_assert_ptr_eq(r, kept);
	gone++;
}

static void keep(struct http_request *r)
{
	kept = r;
	requests++;
	http_on_gone(r, on_gone);
}

static void on_late(struct http_request *r)
{
	answer_problem(r, 504, "too late", NULL);
}

static void keep_for_a_while(struct http_request *r)
{
	keep(r);
	http_deadline(r, 50, on_late);
}

static void large(struct http_request *r)
{
	static char bytes[8 << 20];

	memset(bytes, 'x', sizeof(bytes));
	requests++;
	http_write(r, bytes, sizeof(bytes));
	http_answer(r, 200, "text/plain");
}

static void show_access(struct http_request *r)
{
	static const char *const names[] = { "metrics", "read", "operate", "write" };

	http_puts(r, names[http_access(r)]);
	http_answer(r, 200, "text/plain");
}

START_TEST(a_request_is_readable)
{
	int fd;

	fixture_open(echo, limits_ms);
	fd = fixture_dial(HTTP_ACCESS_WRITE);
	fixture_send(fd, "PUT /a%2Fb?q=1 HTTP/1.1\r\nIF-MATCH: \"7\"\r\n"
			 "Content-Length: 5\r\n\r\nhello");
	ck_assert(fixture_expect(fd, "PUT /a%2Fb1\"7\" body=hello"));
	fixture_send(fd, "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
			 "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n");
	ck_assert(fixture_expect(fd, "POST / no match body=hello"));
	fixture_send(fd, "PATCH /y HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n");
	ck_assert(fixture_expect(fd, "PATCH /y no match two hosts body="));
	fixture_send(fd, "DELETE /x HTTP/1.1\r\nConnection: close\r\n\r\n");
	ck_assert(fixture_expect(fd, "DELETE /x no match body="));
	ck_assert(fixture_rest(fd, 1000));
	close(fd);
	fixture_close();
}
END_TEST

START_TEST(an_unread_body_is_not_a_request)
{
	static const char *const heads[] = {
		"GET /a HTTP/1.1\r\nContent-Length: 19\r\n\r\n",
		"HEAD /a HTTP/1.1\r\nContent-Length: 19\r\n\r\n",
	};

	fixture_open(echo, limits_ms);
	for (unsigned i = 0; i < COUNT(heads); i++) {
		int fd = fixture_dial(HTTP_ACCESS_WRITE);

		fixture_send(fd, heads[i]);
		fixture_send(fd, "PUT /b HTTP/1.1\r\n\r\n");
		ck_assert(fixture_rest(fd, 1000));
		ck_assert_uint_eq(requests, i + 1);
		ck_assert_ptr_nonnull(strstr(text_cstr(&fixture_answer), "HTTP/1.1 200 OK"));
		close(fd);
	}
	fixture_close();
}
END_TEST

/* evhttp takes the version 1.-1 and repeats it, once before its own page of HTML. */
static const char *const refused[2][2] = {
	{ "TRACE / HTTP/1.1\r\n\r\n", "HTTP/1.1 501 unknown method" },
	{ "GET / HTTP/1.-1\r\n x\r\n\r\n", "HTTP/1.1 400 bad request" },
};

START_TEST(a_refused_request_may_follow_another)
{
	int fd;

	fixture_open(echo, limits_ms);
	fd = fixture_dial(HTTP_ACCESS_WRITE);
	fixture_send(fd, "GET /a HTTP/1.1\r\n\r\n");
	fixture_send(fd, refused[_i][0]);
	ck_assert(fixture_rest(fd, 1000));
	ck_assert_ptr_nonnull(strstr(text_cstr(&fixture_answer), refused[_i][1]));
	ck_assert_ptr_null(strstr(text_cstr(&fixture_answer), "HTML"));
	close(fd);
	fixture_close();
}
END_TEST

START_TEST(each_listener_has_its_access)
{
	int fd;

	fixture_open(show_access, limits_ms);
	fixture_listen(HTTP_ACCESS_METRICS);
	fixture_listen(HTTP_ACCESS_READ);
	for (unsigned i = 0; i < 3; i++) {
		static const char *const names[] = { "\nmetrics", "\nread", "\nwrite" };
		static const enum http_access levels[] = { HTTP_ACCESS_METRICS, HTTP_ACCESS_READ,
							   HTTP_ACCESS_WRITE };

		fd = fixture_dial(levels[i]);
		fixture_send(fd, "GET / HTTP/1.1\r\n\r\n");
		ck_assert(fixture_expect(fd, names[i]));
		close(fd);
	}
	fixture_close();
}
END_TEST

/* A byte every 20 ms. */
static bool trickle(int fd, const char *text, unsigned limit_ms)
{
	for (unsigned i = 0; i < limit_ms; i += 20) {
		(void)send(fd, text + i / 20 % strlen(text), 1, MSG_NOSIGNAL);
		fixture_run(20);
		if (!fixture_receive(fd))
			return true;
	}
	return false;
}

START_TEST(a_head_that_trickles_is_cut)
{
	int fd;

	fixture_open(echo, limits_ms);
	fd = fixture_dial(HTTP_ACCESS_WRITE);
	fixture_send(fd, "GET / HTTP/1.1\r\nX: ");
	ck_assert(trickle(fd, "y", 2000));
	ck_assert_uint_eq(requests, 0);
	close(fd);
	fixture_close();
}
END_TEST

START_TEST(a_body_that_trickles_is_cut)
{
	int fd;

	fixture_open(echo, limits_ms);
	fd = fixture_dial(HTTP_ACCESS_WRITE);
	fixture_send(fd, "POST / HTTP/1.1\r\nContent-Length: 1000\r\n\r\n");
	ck_assert(trickle(fd, "y", 2000));
	ck_assert_uint_eq(requests, 0);
	close(fd);
	fixture_close();
}
END_TEST

START_TEST(a_silent_client_is_cut)
{
	int fd;

	fixture_open(echo, limits_ms);
	fd = fixture_dial(HTTP_ACCESS_WRITE);
	ck_assert(fixture_rest(fd, 2000));
	close(fd);
	fd = fixture_dial(HTTP_ACCESS_WRITE);
	fixture_send(fd, "GET / HTTP/1.1\r\n\r\n");
	ck_assert(fixture_expect(fd, "GET / "));
	ck_assert(fixture_rest(fd, 2000));
	close(fd);
	fixture_close();
}
END_TEST

START_TEST(an_answer_may_take_its_time)
{
	int fd;

	fixture_open(keep, limits_ms);
	fd = fixture_dial(HTTP_ACCESS_WRITE);
	fixture_send(fd, "GET / HTTP/1.1\r\n\r\n");
	ck_assert(!fixture_rest(fd, 800));
	ck_assert_uint_eq(requests, 1);
	http_puts(kept, "at last");
	http_answer(kept, 200, "text/plain");
	ck_assert(fixture_expect(fd, "at last"));
	ck_assert_uint_eq(gone, 0);
	close(fd);
	fixture_close();
}
END_TEST

START_TEST(a_handler_has_its_own_deadline)
{
	int fd;

	fixture_open(keep_for_a_while, limits_ms);
	fd = fixture_dial(HTTP_ACCESS_WRITE);
	fixture_send(fd, "GET / HTTP/1.1\r\n\r\n");
	ck_assert(fixture_expect(fd, "HTTP/1.1 504 "));
	ck_assert(fixture_expect(fd, "too late"));
	close(fd);
	fixture_close();
}
END_TEST

START_TEST(a_client_that_never_reads_is_cut)
{
	int fd;

	fixture_open(large, limits_ms);
	fd = fixture_dial(HTTP_ACCESS_WRITE);
	fixture_send(fd, "GET / HTTP/1.1\r\n\r\n");
	fixture_run(1200);
	ck_assert_uint_eq(requests, 1);
	ck_assert(fixture_rest(fd, 1000));
	ck_assert_uint_lt(fixture_answer.len, 8 << 20);
	close(fd);
	fixture_close();
}
END_TEST

START_TEST(a_client_that_reads_slowly_is_not)
{
	char bytes[65536];
	size_t total = 0;
	int fd;

	fixture_open(large, limits_ms);
	fd = fixture_dial(HTTP_ACCESS_WRITE);
	fixture_send(fd, "GET / HTTP/1.1\r\nConnection: close\r\n\r\n");
	for (ssize_t n = -1; n != 0;) {
		fixture_run(10);	/* together more than twice the limit */
		n = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);
		total += n > 0 ? (size_t)n : 0;
	}
	ck_assert_uint_gt(total, 8 << 20);
	close(fd);
	fixture_close();
}
END_TEST

START_TEST(a_client_may_shut_down_its_sending_side)
{
	int fd;

	fixture_open(large, limits_ms);
	fd = fixture_dial(HTTP_ACCESS_WRITE);
	fixture_send(fd, "GET / HTTP/1.1\r\nConnection: close\r\n\r\n");
	ck_assert_int_eq(shutdown(fd, SHUT_WR), 0);
	ck_assert(fixture_rest(fd, 2000));
	ck_assert_uint_gt(fixture_answer.len, 8 << 20);
	close(fd);
	fd = fixture_dial(HTTP_ACCESS_WRITE);
	fixture_send(fd, "GET\r\n\r\n");
	ck_assert_int_eq(shutdown(fd, SHUT_WR), 0);
	ck_assert(fixture_expect(fd, "HTTP/1.1 400 "));
	close(fd);
	fixture_close();
}
END_TEST

START_TEST(a_client_that_leaves_ends_its_answer)
{
	int fd;

	fixture_open(large, limits_ms);
	fd = fixture_dial(HTTP_ACCESS_WRITE);
	fixture_send(fd, "GET / HTTP/1.1\r\n\r\n");
	fixture_run(50);
	close(fd);
	fixture_run(50);
	fd = fixture_dial(HTTP_ACCESS_WRITE);
	fixture_send(fd, "GET / HTTP/1.1\r\nConnection: close\r\n\r\n");
	ck_assert(fixture_rest(fd, 2000));
	ck_assert_uint_gt(fixture_answer.len, 8 << 20);
	close(fd);
	fixture_close();
}
END_TEST

START_TEST(requests_end_with_the_server)
{
	int fd;

	fixture_open(keep, limits_ms);
	fd = fixture_dial(HTTP_ACCESS_WRITE);
	fixture_send(fd, "GET / HTTP/1.1\r\n\r\n");
	fixture_run(50);
	ck_assert_uint_eq(requests, 1);
	fixture_close();
	ck_assert_uint_eq(gone, 1);
	close(fd);
}
END_TEST

START_TEST(a_refused_client_gets_its_answer)
{
	char bytes[32768];
	int fd;

	fixture_open(echo, limits_ms);
	fd = fixture_dial(HTTP_ACCESS_WRITE);
	fixture_send(fd, "POST / HTTP/1.1\r\nContent-Length: 9999999\r\n\r\n");
	memset(bytes, 'x', sizeof(bytes));
	for (unsigned i = 0; i < 100; i++) {
		(void)send(fd, bytes, sizeof(bytes), MSG_NOSIGNAL);
		fixture_run(2);
	}
	ck_assert(fixture_rest(fd, 1000));
	ck_assert_ptr_nonnull(strstr(text_cstr(&fixture_answer), "HTTP/1.1 413 body too large"));
	ck_assert_ptr_nonnull(strstr(text_cstr(&fixture_answer), "at most 8388608 bytes"));
	ck_assert_uint_eq(requests, 0);
	close(fd);
	fixture_close();
}
END_TEST

Suite *http_server_suite(void)
{
	Suite *suite = suite_create("http_server");
	TCase *requests_case = tcase_create("requests");
	TCase *slow = tcase_create("slow");

	tcase_add_test(requests_case, a_request_is_readable);
	tcase_add_test(requests_case, an_unread_body_is_not_a_request);
	tcase_add_loop_test(requests_case, a_refused_request_may_follow_another, 0, 2);
	tcase_add_test(requests_case, each_listener_has_its_access);
	tcase_add_test(requests_case, a_client_may_shut_down_its_sending_side);
	tcase_add_test(requests_case, a_client_that_leaves_ends_its_answer);
	tcase_add_test(requests_case, requests_end_with_the_server);
	tcase_add_test(requests_case, a_refused_client_gets_its_answer);
	suite_add_tcase(suite, requests_case);
	tcase_set_timeout(slow, 30);
	tcase_add_test(slow, a_head_that_trickles_is_cut);
	tcase_add_test(slow, a_body_that_trickles_is_cut);
	tcase_add_test(slow, a_silent_client_is_cut);
	tcase_add_test(slow, an_answer_may_take_its_time);
	tcase_add_test(slow, a_handler_has_its_own_deadline);
	tcase_add_test(slow, a_client_that_never_reads_is_cut);
	tcase_add_test(slow, a_client_that_reads_slowly_is_not);
	suite_add_tcase(suite, slow);
	return suite;
}
