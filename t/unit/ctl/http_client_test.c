/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/http_client.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

Suite *http_client_suite(void);

static struct http_client_answer answer;

static enum http_client_result parse(const char *bytes)
{
	answer.status = 0;
	text_clear(&answer.body);
	return http_client_parse(slice_of(bytes), &answer);
}

static void is_answer(const char *bytes, int status, const char *body)
{
	ck_assert_int_eq(parse(bytes), HTTP_CLIENT_ANSWERED);
	ck_assert_int_eq(answer.status, status);
	ck_assert_str_eq(text_cstr(&answer.body), body);
}

START_TEST(answers_have_a_status_and_a_body)
{
	text_init(&answer.body);
	is_answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", 200, "{}");
	is_answer("HTTP/1.0 400 x\r\n\r\nto the end", 400, "to the end");
	is_answer("HTTP/1.1 503 x\r\ncontent-length:  3 \r\n\r\nabcdef", 503, "abc");
	is_answer("HTTP/1.1 204 x\r\n\r\n", 204, "");
	is_answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
		  "3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n", 200, "abc0123456789");
	http_client_close(&answer);
}
END_TEST

START_TEST(half_an_answer_is_none)
{
	text_init(&answer.body);
	ck_assert_int_eq(parse("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}"), HTTP_CLIENT_LOST);
	ck_assert_int_eq(errno, ECONNRESET);
	ck_assert_int_eq(parse("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n{}"), HTTP_CLIENT_LOST);
	ck_assert_int_eq(parse("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"),
			 HTTP_CLIENT_LOST);
	ck_assert_int_eq(parse("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab"),
			 HTTP_CLIENT_LOST);
	ck_assert_int_eq(parse("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
			       "ffffffffffffffff\r\nab"), HTTP_CLIENT_LOST);
	ck_assert_int_eq(parse("HTTP/1.1 200 OK\r\nContent-Length: 3"), HTTP_CLIENT_MALFORMED);
	ck_assert_int_eq(parse("220 smtp.example.com\r\n\r\n"), HTTP_CLIENT_MALFORMED);
	ck_assert_int_eq(parse(""), HTTP_CLIENT_MALFORMED);
	http_client_close(&answer);
}
END_TEST

/* One client of the socket at `path` is sent these bytes; NULL: the connection ends. */
static pid_t serve_once(const char *path, const char *bytes)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	pid_t pid;

	snprintf(sun.sun_path, sizeof(sun.sun_path), "%s", path);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&sun, sizeof(sun)), 0);
	ck_assert_int_eq(listen(fd, 1), 0);
	pid = fork();
	if (pid == 0) {
		char request[1000];
		int client = accept(fd, NULL, NULL);
		ssize_t n = recv(client, request, sizeof(request), 0);

		if (bytes != NULL && n > 0)
			(void)send(client, bytes, strlen(bytes), MSG_NOSIGNAL);
		_exit(strncmp(request, "POST /x HTTP/1.1\r\n", 18) != 0);
	}
	close(fd);
	return pid;
}

static enum http_client_result call(const char *bytes)
{
	char folder[] = "/tmp/heddle-client-XXXXXX", path[64];
	enum http_client_result result;
	int fd, status, error;
	pid_t pid;

	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/s", folder);
	pid = serve_once(path, bytes);
	fd = http_client_dial(path, 5);
	ck_assert_int_ne(fd, -1);
	result = http_client_call(fd, "POST", "/x", 5, &answer);
	error = errno;
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	unlink(path);
	rmdir(folder);
	errno = error;
	return result;
}

START_TEST(a_call_gets_the_whole_answer)
{
	ck_assert_int_eq(call("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"),
			 HTTP_CLIENT_ANSWERED);
	ck_assert_str_eq(text_cstr(&answer.body), "{}");
	http_client_close(&answer);
	ck_assert_int_eq(call(NULL), HTTP_CLIENT_LOST);
	ck_assert_int_eq(errno, ECONNRESET);
	http_client_close(&answer);
}
END_TEST

START_TEST(nobody_there_is_an_errno)
{
	char path[200];

	ck_assert_int_eq(http_client_dial("/nowhere/s", 1), -1);
	ck_assert_int_eq(errno, ENOENT);
	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	ck_assert_int_eq(http_client_dial(path, 1), -1);
	ck_assert_int_eq(errno, ENAMETOOLONG);
}
END_TEST

Suite *http_client_suite(void)
{
	Suite *suite = suite_create("http_client");
	TCase *calls = tcase_create("calls");

	tcase_add_test(calls, answers_have_a_status_and_a_body);
	tcase_add_test(calls, half_an_answer_is_none);
	tcase_add_test(calls, a_call_gets_the_whole_answer);
	tcase_add_test(calls, nobody_there_is_an_errno);
	suite_add_tcase(suite, calls);
	return suite;
}
