/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One HTTP request over a Unix socket and its whole answer, blocking, with time limits.
 * Connections are used once. Written by hand because libevent 2.1 has no client for Unix
 * sockets: docs/decisions.md says what was tried.
 */
#ifndef CTL_HTTP_CLIENT_H
#define CTL_HTTP_CLIENT_H

#include <stdbool.h>

#include "core/base.h"
#include "core/slice.h"
#include "core/text.h"

struct http_client_answer {
	int         status;
	struct text body;	/* http_client_close() frees it */
};

enum http_client_result {
	HTTP_CLIENT_ANSWERED,
	HTTP_CLIENT_LOST,	/* no answer, or not all of it; errno, EAGAIN for the time limit */
	HTTP_CLIENT_MALFORMED,	/* what came is not an answer */
};

/* A connected socket, or -1 with errno. EAGAIN: not accepted within the limit. */
int http_client_dial(const char *socket_path, unsigned limit_s) MUST_CHECK;
/*
 * Sends a request without a body and reads the answer; `limit_s` is how long the other side
 * may be silent. The descriptor is closed; the answer has to be, whatever comes back.
 */
enum http_client_result http_client_call(int fd, const char *method, const char *path,
					 unsigned limit_s,
					 struct http_client_answer *answer) MUST_CHECK;
void http_client_close(struct http_client_answer *answer);

/* The bytes up to the end of the connection, as an answer. For http_client_call() and tests. */
enum http_client_result http_client_parse(struct slice bytes,
					  struct http_client_answer *answer) MUST_CHECK;

#endif
