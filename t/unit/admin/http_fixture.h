/* SPDX-License-Identifier: BSD-2-Clause */
/* An HTTP server on unix sockets, and clients of it, in one process. */
#ifndef HTTP_FIXTURE_H
#define HTTP_FIXTURE_H

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "admin/event_libevent.h"
#include "admin/http_server.h"
#include "core/scoreboard.h"
#include "core/text.h"
#include "event/event.h"

static char fixture_folder[40];
static struct timer fixture_timer;
static struct text fixture_answer;	/* what the client has received */

static inline struct sockaddr_un fixture_address(enum http_access access)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };

	snprintf(sun.sun_path, sizeof(sun.sun_path), "%s/%d", fixture_folder, (int)access);
	return sun;
}

static inline void fixture_listen(enum http_access access)
{
	struct sockaddr_un sun = fixture_address(access);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	ck_assert_int_eq(bind(fd, (struct sockaddr *)&sun, sizeof(sun)), 0);
	ck_assert_int_eq(listen(fd, 16), 0);
	ck_assert_ptr_nonnull(
		http_server_listen(fd, &(struct http_use){ .access = access, .local = true }));
}

static inline void fixture_open(http_handler *handler, const uint64_t limits_ms[PHASES])
{
	const struct scoreboard_sizes sizes = { 4, 1, 1, 1 };

	signal(SIGPIPE, SIG_IGN);
	ck_assert(scoreboard_open(&sizes));
	scoreboard_set_own(1);
	ck_assert(loop_open_with(&event_libevent));
	snprintf(fixture_folder, sizeof(fixture_folder), "/tmp/heddle-http-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(fixture_folder));
	http_server_open(handler, limits_ms);
	fixture_listen(HTTP_ACCESS_WRITE);
	text_init(&fixture_answer);
}

static inline void fixture_close(void)
{
	char command[64];

	http_server_close();
	loop_close();
	text_close(&fixture_answer);
	snprintf(command, sizeof(command), "rm -rf %s", fixture_folder);
	ck_assert_int_eq(system(command), 0);
}

static inline int fixture_dial(enum http_access access)
{
	struct sockaddr_un sun = fixture_address(access);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	ck_assert_int_eq(connect(fd, (struct sockaddr *)&sun, sizeof(sun)), 0);
	text_clear(&fixture_answer);
	return fd;
}

static inline void fixture_send(int fd, const char *text)
{
	ck_assert_int_eq(send(fd, text, strlen(text), MSG_NOSIGNAL), (int)strlen(text));
}

static inline void fixture_on_timer(struct timer *t)
{
	(void)t;
	loop_stop();
}

/* The server runs for so long. */
static inline void fixture_run(uint64_t ms)
{
	timer_setup(&fixture_timer, fixture_on_timer);
	timer_set(&fixture_timer, ms);
	loop_run();
}

/* What has arrived; false at the end of the stream. */
static inline bool fixture_receive(int fd)
{
	char bytes[65536];
	ssize_t n;

	while ((n = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT)) > 0)
		text_append(&fixture_answer, bytes, (size_t)n);
	return n != 0;
}

/* Until the connection is closed, or the limit; whether it is closed. */
static inline bool fixture_rest(int fd, unsigned limit_ms)
{
	for (unsigned i = 0; i < limit_ms; i += 5) {
		fixture_run(5);
		if (!fixture_receive(fd))
			return true;
	}
	return false;
}

/* Until the text has arrived, or a second. */
static inline bool fixture_expect(int fd, const char *text)
{
	for (unsigned i = 0; i < 1000; i += 5) {
		fixture_run(5);
		(void)fixture_receive(fd);
		if (strstr(text_cstr(&fixture_answer), text) != NULL)
			return true;
	}
	return false;
}

#endif
