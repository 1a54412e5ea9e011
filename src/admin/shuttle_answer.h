/* SPDX-License-Identifier: BSD-2-Clause */
/* The forms of shuttle's answers: documents, and one line of text for an error. */
#ifndef ADMIN_SHUTTLE_ANSWER_H
#define ADMIN_SHUTTLE_ANSWER_H

struct http_request;
struct text;

/* A document, which is empty or ends with a line end. */
void shuttle_answer(struct http_request *r, int status, const struct text *body);
/* What has been written, and a line end; answer_headers() has been called. */
void shuttle_answer_written(struct http_request *r, int status);
/* 200 without a body: what the global configuration answers. */
void shuttle_answer_empty(struct http_request *r);
void shuttle_answer_error(struct http_request *r, int status, const char *text);
/* 301 to a path, which is percent-encoded. */
void shuttle_answer_redirect(struct http_request *r, const char *to);
/* No route takes the path with that method. */
void shuttle_answer_not_found(struct http_request *r);

/* 200 with the whole configuration. */
void shuttle_answer_config(struct http_request *r);

#endif
