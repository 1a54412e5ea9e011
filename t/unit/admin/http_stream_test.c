/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/http_stream.h"

#include "http_fixture.h"

Suite *http_stream_suite(void);

#define PIECE 65536
#define PIECES 64

static struct http_request *current;
static unsigned pieces, limit, over, whole;

static void numbered(struct http_request *r, void *arg)
{
	static char bytes[PIECE];

	ck_assert_ptr_eq(arg, &pieces);
	ck_assert_uint_eq(over, 0);
	memset(bytes, 'a' + (int)(pieces % 26), sizeof(bytes));
	http_write(r, bytes, sizeof(bytes));
	if (++pieces == limit)
		http_stream_end(r);
}

/* A first piece; what follows is sent when there is something. */
static void events(struct http_request *r, void *arg)
{
	(void)arg;
	if (pieces++ == 0)
		http_puts(r, "first;");
}

static void on_over(void *arg, bool all)
{
	(void)arg;
	over++;
	whole += all;
}

static void serve(struct http_request *r)
{
	static const struct http_stream file = { numbered, on_over }, feed = { events, on_over };
	bool is_feed = strcmp(http_encoded_path(r), "/feed") == 0;

	current = r;
	http_stream_begin(r, 200, "text/plain", is_feed ? &feed : &file, &pieces);
}

/* A client that takes nothing for so long is cut. */
static int ask_within(uint64_t limit_ms, const char *request)
{
	uint64_t limits_ms[PHASES] = { [PHASE_WRITING] = limit_ms };
	int fd;

	limit = PIECES;
	fixture_open(serve, limits_ms);
	fd = fixture_dial(HTTP_ACCESS_WRITE);
	fixture_send(fd, request);
	return fd;
}

static int ask(const char *request)
{
	return ask_within(20000, request);
}

static void finish(int fd)
{
	close(fd);
	fixture_close();
	ck_assert_uint_eq(over, 1);
}

START_TEST(pieces_are_chunks)
{
	int fd = ask("GET / HTTP/1.1\r\n\r\n");
	const char *body;

	ck_assert(fixture_expect(fd, "\r\n0\r\n\r\n"));
	body = strstr(text_cstr(&fixture_answer), "\r\n\r\n");
	ck_assert_ptr_nonnull(strstr(text_cstr(&fixture_answer), "Transfer-Encoding: chunked\r\n"));
	ck_assert_ptr_null(strstr(text_cstr(&fixture_answer), "Content-Length"));
	for (unsigned i = 0; i < PIECES; i++) {
		ck_assert_int_eq(strncmp(body + (i == 0 ? 2 : 0), "\r\n10000\r\n", 9), 0);
		body += (i == 0 ? 2 : 0) + 9;
		ck_assert_int_eq(body[0], 'a' + (int)(i % 26));
		body += PIECE;
	}
	ck_assert_str_eq(body, "\r\n0\r\n\r\n");
	ck_assert_uint_eq(whole, 1);
	finish(fd);
}
END_TEST

START_TEST(a_connection_goes_on_after_the_last_piece)
{
	int fd = ask("GET / HTTP/1.1\r\n\r\n");

	ck_assert(fixture_expect(fd, "\r\n0\r\n\r\n"));
	over = pieces = 0;
	text_clear(&fixture_answer);
	fixture_send(fd, "GET / HTTP/1.1\r\n\r\n");
	ck_assert(fixture_expect(fd, "\r\n0\r\n\r\n"));
	finish(fd);
}
END_TEST

static void ends_the_connection(const char *request)
{
	int fd = ask(request);
	const char *body;

	ck_assert(fixture_rest(fd, 2000));
	body = strstr(text_cstr(&fixture_answer), "\r\n\r\n");
	ck_assert_ptr_null(strstr(text_cstr(&fixture_answer), "chunked"));
	ck_assert_ptr_null(strstr(text_cstr(&fixture_answer), "Content-Length"));
	ck_assert_uint_eq(strlen(body), 4 + PIECES * PIECE);
	ck_assert_uint_eq(whole, 1);
	finish(fd);
}

START_TEST(http_1_0_has_no_chunks)
{
	ends_the_connection("GET / HTTP/1.0\r\n\r\n");
}
END_TEST

START_TEST(http_1_0_is_not_kept_alive)
{
	ends_the_connection("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
}
END_TEST

START_TEST(head_is_asked_for_nothing)
{
	int fd = ask("HEAD / HTTP/1.1\r\n\r\n");

	ck_assert(fixture_expect(fd, "\r\n\r\n"));
	ck_assert_uint_eq(pieces, 0);
	ck_assert_uint_eq(whole, 1);
	finish(fd);
}
END_TEST

START_TEST(a_slow_reader_costs_one_piece)
{
	int fd = ask_within(1000, "GET / HTTP/1.1\r\n\r\n");
	char bytes[PIECE];

	fixture_run(100);
	ck_assert_uint_lt(pieces, 16);	/* what the socket holds, and one */
	ck_assert_uint_le(http_stream_waiting(current), PIECE + 100);
	/* A step at a time, for longer than the limit: progress is what counts. */
	for (unsigned i = 0; i < PIECES * 2 && over == 0; i++) {
		(void)recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);
		fixture_run(20);
		if (over == 0)
			ck_assert_uint_le(http_stream_waiting(current), PIECE + 100);
	}
	ck_assert_uint_eq(whole, 1);
	finish(fd);
}
END_TEST

START_TEST(a_client_that_never_reads_is_cut)
{
	int fd = ask_within(200, "GET / HTTP/1.1\r\n\r\n");

	for (unsigned i = 0; i < 200 && over == 0; i++)
		fixture_run(10);
	ck_assert_uint_eq(over, 1);
	ck_assert_uint_eq(whole, 0);
	finish(fd);
}
END_TEST

START_TEST(a_client_that_leaves_is_told_of)
{
	int fd = ask("GET / HTTP/1.1\r\n\r\n");

	fixture_run(50);
	ck_assert_uint_eq(over, 0);
	close(fd);
	fixture_run(50);
	ck_assert_uint_eq(over, 1);
	ck_assert_uint_eq(whole, 0);
	finish(-1);
}
END_TEST

START_TEST(a_feed_may_be_silent)
{
	int fd = ask_within(200, "GET /feed HTTP/1.1\r\n\r\n");

	ck_assert(fixture_expect(fd, "first;"));
	fixture_run(800);	/* longer than the limit of writing: nothing waits for the client */
	ck_assert_uint_eq(over, 0);
	ck_assert_uint_eq(http_stream_waiting(current), 0);
	http_puts(current, "second;");
	http_stream_flush(current);
	ck_assert(fixture_expect(fd, "second;"));
	close(fd);
	fixture_run(50);
	ck_assert_uint_eq(over, 1);
	ck_assert_uint_eq(whole, 0);
	finish(-1);
}
END_TEST

START_TEST(a_stream_ends_with_the_server)
{
	int fd = ask("GET /feed HTTP/1.1\r\n\r\n");

	ck_assert(fixture_expect(fd, "first;"));
	finish(fd);
	ck_assert_uint_eq(whole, 0);
}
END_TEST

Suite *http_stream_suite(void)
{
	Suite *suite = suite_create("http_stream");
	TCase *streams = tcase_create("streams");

	tcase_set_timeout(streams, 30);
	tcase_add_test(streams, pieces_are_chunks);
	tcase_add_test(streams, a_connection_goes_on_after_the_last_piece);
	tcase_add_test(streams, http_1_0_has_no_chunks);
	tcase_add_test(streams, http_1_0_is_not_kept_alive);
	tcase_add_test(streams, head_is_asked_for_nothing);
	tcase_add_test(streams, a_slow_reader_costs_one_piece);
	tcase_add_test(streams, a_client_that_never_reads_is_cut);
	tcase_add_test(streams, a_client_that_leaves_is_told_of);
	tcase_add_test(streams, a_feed_may_be_silent);
	tcase_add_test(streams, a_stream_ends_with_the_server);
	suite_add_tcase(suite, streams);
	return suite;
}
