/* SPDX-License-Identifier: BSD-2-Clause */
/* The shapes that answers have: JSON, and problems (RFC 9457) where something is wrong. */
#ifndef ADMIN_ANSWER_H
#define ADMIN_ANSWER_H

#include <jansson.h>

#include "core/base.h"
#include "core/slice.h"

struct http_request;

/* Adds the value to the body. It stays the caller's. */
void answer_json(struct http_request *r, const json_t *value);
/* Sends the body as JSON, with the headers that every answer has. */
void answer_send(struct http_request *r, int status);

/* A whole problem. `detail` may be NULL. */
void answer_problem(struct http_request *r, int status, const char *title, const char *detail);
/* The same with an array of texts; takes the reference to `errors`. */
void answer_problem_list(struct http_request *r, int status, const char *title, json_t *errors);

/* The lines of a text as an array of strings, without empty ones. */
json_t *answer_lines(struct slice text) MUST_CHECK;

#endif
