/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * HTTP for the rest of the control process: requests in, answers out. evhttp
 * is behind http.c and http_conn.c alone. Bodies are collected before anything
 * is sent, so an answer always has its length. A request may be answered later
 * than in its handler; it must be answered exactly once, whether or not its
 * client is still there.
 */
#ifndef ADMIN_HTTP_H
#define ADMIN_HTTP_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base.h"
#include "core/slice.h"

struct http_request;

enum http_method {
	HTTP_GET = 1,
	HTTP_HEAD = 2,
	HTTP_POST = 4,
	HTTP_PUT = 8,
	HTTP_DELETE = 16,
	HTTP_PATCH = 32,
	HTTP_OPTIONS = 64,
	HTTP_OTHER = 128,
};

typedef void http_handler(struct http_request *r);

/* Serves on a listening socket, which it takes over. After loop_open_with(&event_libevent). */
bool http_open(int fd, http_handler *handler) MUST_CHECK;
void http_close(void);

enum http_method http_method(const struct http_request *r);
const char *http_method_name(enum http_method method);
/* Decoded, without the query, terminated by NUL. false: too long, or a NUL is in it. */
bool http_path(const struct http_request *r, char *buf, size_t size) MUST_CHECK;
/* Bytes of the request's body. */
size_t http_body_length(const struct http_request *r);

/* false: the query cannot be parsed, or a NUL is in it: http_query() would not tell all of it. */
bool http_query_valid(const struct http_request *r) MUST_CHECK;

enum http_query { HTTP_QUERY_ABSENT, HTTP_QUERY_FOUND, HTTP_QUERY_TOO_LONG };

/*
 * The decoded value of a query parameter, terminated by NUL; those of one that is repeated
 * are joined by commas. Nothing is in `buf` unless it is FOUND.
 */
enum http_query http_query(const struct http_request *r, const char *name, char *buf,
			   size_t size) MUST_CHECK;

/* Adds to the body of the answer. */
void http_write(struct http_request *r, const void *bytes, size_t len);
void http_puts(struct http_request *r, const char *text);
void http_header(struct http_request *r, const char *name, const char *value);

/* Sends status, headers and what was written; `type` is the body's. The request is gone then. */
void http_answer(struct http_request *r, int status, const char *type);

#endif
