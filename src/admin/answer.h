/* SPDX-License-Identifier: BSD-2-Clause */
/* The forms of answers: JSON, and problem documents (RFC 9457) for errors. */
#ifndef ADMIN_ANSWER_H
#define ADMIN_ANSWER_H

#include <jansson.h>

#include "core/base.h"
#include "core/slice.h"

struct http_request;
struct http_stream;
struct text;

/* Adds the value to the body. It stays the caller's. */
void answer_json(struct http_request *r, const json_t *value);
/* Sends the body as JSON, with the headers that every answer has. */
void answer_send(struct http_request *r, int status);
/* The same about what is in memory alone: X-Heddle-Durable says so. */
void answer_live(struct http_request *r, int status);
/*
 * The same for an answer that took a while: answer_headers() was called when it began, so that they
 * are of the generation that it is about.
 */
void answer_written(struct http_request *r, int status);
/* 304: the client has it. */
void answer_unchanged(struct http_request *r);

/* The headers that every answer has, for answers that are not sent from here. */
void answer_headers(struct http_request *r);

/* Begins an answer in pieces with the same headers, as http_stream_begin(). */
void answer_stream(struct http_request *r, int status, const char *type,
		   const struct http_stream *stream, void *arg);

/* The problem that goes with a status of HTTP itself: 400, 413, 414, 417, 431, 501. */
void answer_status(struct http_request *r, int status);
/*
 * The same as the bytes of an answer, for a request that is none: the connection ends. `path` is
 * what was seen of its path; "": nothing.
 */
void answer_refusal(int status, const char *path, struct text *out);
/* A problem below /_v1 and our other paths; a line of plain text where shuttle's clients are. */
void answer_error(struct http_request *r, int status, const char *title, const char *detail);

/* A whole problem. `detail` may be NULL. */
void answer_problem(struct http_request *r, int status, const char *title, const char *detail);
/* The same with an array of texts; takes the reference to `errors`. */
void answer_problem_list(struct http_request *r, int status, const char *title, json_t *errors);

/* The lines of a text as an array of strings, without empty ones. */
json_t *answer_lines(struct slice text) MUST_CHECK;

#endif
