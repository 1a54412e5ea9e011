/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/http_client.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/units.h"

#define ANSWER_BYTES (64 * 1024 * 1024)	/* more is not an answer of heddle */

/*
 * A process that was stopped (Ctrl-Z, or by a debugger) finds its call interrupted when it goes on,
 * also without any handler, since it has a time limit. What is left of that is for the next call.
 */
static bool goes_on(int fd, int option, uint64_t until)
{
	uint64_t now = clock_ms(), rest = now < until ? until - now : 0;
	const struct timeval limit = { .tv_sec = (time_t)(rest / 1000),
				       .tv_usec = (suseconds_t)(rest % 1000 * 1000) };

	if (rest != 0)	/* which would be no limit */
		setsockopt(fd, SOL_SOCKET, option, &limit, sizeof(limit));
	return rest != 0;
}

int http_client_dial(const char *socket_path, unsigned limit_s)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	uint64_t until = clock_ms() + (uint64_t)limit_s * 1000;
	int fd, error = EINTR;

	if (strlen(socket_path) >= sizeof(sun.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(sun.sun_path, socket_path, strlen(socket_path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (fd == -1)
		return -1;
	/* a Unix socket whose backlog is full makes connect() wait */
	while (error == EINTR && goes_on(fd, SO_SNDTIMEO, until))
		error = connect(fd, (struct sockaddr *)&sun, sizeof(sun)) == -1 ? errno : 0;
	if (error == 0)
		return fd;
	close(fd);
	errno = error != EINTR ? error : EAGAIN;
	return -1;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static struct slice trimmed(struct slice text)
{
	while (text.len != 0 && is_blank(text.data[0]))
		text = slice_after(text, 1);
	while (text.len != 0 && is_blank(text.data[text.len - 1]))
		text.len--;
	return text;
}

/* The value of a header in the lines of a head; false: it is not there. */
static bool find_header(struct slice head, const char *name, struct slice *value)
{
	size_t len = strlen(name);

	for (struct slice rest = head; rest.len != 0;) {
		const char *end = memchr(rest.data, '\n', rest.len);
		size_t line = end != NULL ? (size_t)(end - rest.data) : rest.len;

		if (line > len && rest.data[len] == ':' && strncasecmp(rest.data, name, len) == 0) {
			*value = trimmed((struct slice){ rest.data + len + 1, line - len - 1 });
			return true;
		}
		rest = slice_after(rest, end != NULL ? line + 1 : line);
	}
	return false;
}

/* "1f4\r\n" at the front of `bytes`, which moves behind it. */
static bool read_chunk_size(struct slice *bytes, size_t *size)
{
	const char *end = memchr(bytes->data, '\n', bytes->len);
	char line[32], *stop;
	size_t len;

	if (end == NULL || (size_t)(end - bytes->data) >= sizeof(line))
		return false;
	len = (size_t)(end - bytes->data);
	memcpy(line, bytes->data, len);
	line[len] = '\0';
	*size = strtoul(line, &stop, 16);
	*bytes = slice_after(*bytes, len + 1);
	return stop != line && *size <= ANSWER_BYTES;
}

/* false: the last chunk is not there. What follows it does not matter. */
static bool join_chunks(struct slice bytes, struct text *body)
{
	for (;;) {
		size_t size;

		if (!read_chunk_size(&bytes, &size))
			return false;
		if (size == 0)
			return true;
		if (bytes.len < size + strlen("\r\n"))
			return false;
		text_append(body, bytes.data, size);
		bytes = slice_after(bytes, size + strlen("\r\n"));
	}
}

static bool read_body(struct slice head, struct slice rest, struct text *body)
{
	struct slice value;
	uint64_t length;

	if (find_header(head, "Transfer-Encoding", &value))
		return join_chunks(rest, body);
	if (find_header(head, "Content-Length", &value)) {
		if (!number_parse(value, &length) || length > rest.len)
			return false;
		rest.len = (size_t)length;
	}
	text_append(body, rest.data, rest.len);
	return true;
}

static struct slice head_of(struct slice bytes)
{
	for (size_t i = 0; i + 4 <= bytes.len; i++) {
		if (memcmp(bytes.data + i, "\r\n\r\n", 4) == 0)
			return (struct slice){ bytes.data, i + 4 };
	}
	return (struct slice){ NULL, 0 };
}

enum http_client_result http_client_parse(struct slice bytes, struct http_client_answer *answer)
{
	struct slice head = head_of(bytes);
	char line[16] = "";

	memcpy(line, bytes.data, bytes.len < sizeof(line) ? bytes.len : sizeof(line) - 1);
	if (head.len == 0 || sscanf(line, "HTTP/%*1d.%*1d %3d", &answer->status) != 1)
		return HTTP_CLIENT_MALFORMED;
	if (read_body(head, slice_after(bytes, head.len), &answer->body))
		return HTTP_CLIENT_ANSWERED;
	errno = ECONNRESET;
	return HTTP_CLIENT_LOST;
}

static bool send_request(int fd, const char *method, const char *path)
{
	struct text request;
	bool ok;

	text_init(&request);
	text_printf(&request,
		    "%s %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n"
		    "Connection: close\r\n\r\n",
		    method, path);
	ok = send(fd, request.data, request.len, MSG_NOSIGNAL) == (ssize_t)request.len;
	text_close(&request);
	return ok;
}

static ssize_t receive(int fd, unsigned limit_s, char *buf, size_t size)
{
	uint64_t until = clock_ms() + (uint64_t)limit_s * 1000;
	ssize_t n = -1;

	errno = EINTR;
	while (n == -1 && errno == EINTR && goes_on(fd, SO_RCVTIMEO, until))
		n = recv(fd, buf, size, 0);
	if (n == -1 && errno == EINTR)
		errno = EAGAIN;
	return n;
}

/* Up to the end of the connection. false: errno. */
static bool receive_all(int fd, unsigned limit_s, struct text *bytes)
{
	char buf[16 * 1024];
	ssize_t n;

	while ((n = receive(fd, limit_s, buf, sizeof(buf))) > 0 && bytes->len < ANSWER_BYTES)
		text_append(bytes, buf, (size_t)n);
	if (n == 0 && bytes->len == 0)
		errno = ECONNRESET;	/* the control process has died */
	return n == 0 && bytes->len != 0;
}

enum http_client_result http_client_call(int fd, const char *method, const char *path,
					 unsigned limit_s, struct http_client_answer *answer)
{
	enum http_client_result result = HTTP_CLIENT_LOST;
	struct text bytes;
	int error;

	*answer = (struct http_client_answer){ .status = 0 };
	text_init(&answer->body);
	text_init(&bytes);
	if (send_request(fd, method, path) && receive_all(fd, limit_s, &bytes))
		result = http_client_parse(text_slice(&bytes), answer);
	error = errno;
	text_close(&bytes);
	close(fd);
	errno = error;
	return result;
}

void http_client_close(struct http_client_answer *answer)
{
	text_close(&answer->body);
}
