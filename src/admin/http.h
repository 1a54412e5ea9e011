/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * HTTP for the rest of the control process: what a request says, and its answer. evhttp is
 * behind the files http*.c alone. An answer is collected before it is sent, so it has its
 * length; http_stream.h is for those in pieces. A request may be answered later than in its
 * handler. It is answered exactly once, whether or not its client is still there.
 */
#ifndef ADMIN_HTTP_H
#define ADMIN_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "admin/http_access.h"
#include "core/base.h"
#include "core/slice.h"

/* Requests with more are refused before a handler sees them. */
#define HTTP_LINE_BYTES 8192		/* request line: 414 */
#define HTTP_HEAD_BYTES (32 * 1024)	/* request line and headers: 431 */
#define HTTP_HEAD_LINES 200		/* likewise */
#define HTTP_BODY_BYTES (8 * 1024 * 1024)	/* 413 */

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

struct token;
struct tokens;

typedef void http_handler(struct http_request *r);

enum http_access http_access(const struct http_request *r);
bool http_is_local(const struct http_request *r);	/* it came by a unix socket */
/* Who has sent it: "10.0.0.4:51234", or "unix:". Returns buf (ADDR_TEXT bytes). */
const char *http_peer(const struct http_request *r, char *buf, size_t size);
/* access.c has found the token: it may do so much at most. Holds the table until the answer. */
void http_grant(struct http_request *r, struct tokens *tokens, const struct token *token);
const struct token *http_token(const struct http_request *r);	/* NULL: none was asked for */
enum http_method http_method(const struct http_request *r);
const char *http_method_name(enum http_method method);
/* As it came: percent-encoded, without the query. "" where there is none. */
const char *http_encoded_path(const struct http_request *r);
/* Decoded, without the query, terminated by NUL. false: too long, or it contains NUL. */
bool http_path(const struct http_request *r, char *buf, size_t size) MUST_CHECK;
/* The value of the first header with that name, in upper or lower case; NULL: there is none. */
const char *http_request_header(const struct http_request *r, const char *name);
/* How many headers have that name: one that decides about access must not be repeated. */
unsigned http_request_header_count(const struct http_request *r, const char *name);
/* The whole body; valid until the request is answered. */
struct slice http_body(struct http_request *r);

/* false: the query cannot be parsed, or contains NUL; http_query() would return a part of it. */
bool http_query_valid(const struct http_request *r) MUST_CHECK;

/* Calls `each` with the name of every parameter; stops and returns false when that does. */
bool http_query_names(const struct http_request *r, bool (*each)(const char *name, void *arg),
		      void *arg);

enum http_query { HTTP_QUERY_ABSENT, HTTP_QUERY_FOUND, HTTP_QUERY_TOO_LONG };

/*
 * The decoded value of a query parameter, terminated by NUL. The values of a repeated
 * parameter are joined by commas. `buf` is set only when the parameter is FOUND.
 */
enum http_query http_query(const struct http_request *r, const char *name, char *buf,
			   size_t size) MUST_CHECK;

/*
 * `on_gone` is called when the connection or the server ends before the answer has begun;
 * the request is freed after the call and must not be answered. A client that leaves while
 * a handler works is noticed only when its answer begins: evhttp does not read until then.
 */
void http_on_gone(struct http_request *r, http_handler *on_gone);
/* `on_late` is called once when the answer has not begun in time. It may answer. */
void http_deadline(struct http_request *r, uint64_t after_ms, http_handler *on_late);

/*
 * The answer is being written, and takes a while: the deadline is over, `on_gone` takes the place
 * of the one before. false: the request is not answered, see http_mute().
 */
bool http_take_over(struct http_request *r, http_handler *on_gone) MUST_CHECK;

/* While it is on, what a handler answers is thrown away: the request is not answered. */
void http_mute(struct http_request *r, bool on);

/* Adds to the body of the answer. */
void http_write(struct http_request *r, const void *bytes, size_t len);
void http_puts(struct http_request *r, const char *text);
void http_header(struct http_request *r, const char *name, const char *value);

/* Sends status, headers and the written body of this type. The request is freed afterwards. */
void http_answer(struct http_request *r, int status, const char *type);

#endif
