/* SPDX-License-Identifier: BSD-2-Clause */
/* Answers about objects: as trees in the file's shape, and problems. */
#ifndef ADMIN_V1_ANSWER_H
#define ADMIN_V1_ANSWER_H

#include <jansson.h>

#include "core/base.h"

struct conf_errors;
struct config;
struct changes_result;
struct http_request;

/* The object at `path` as it is now, with its ETag. `status`: 200 or 201. */
void v1_answer_object(struct http_request *r, const struct config *config, const char *path,
		      int status);
/* The same of what is in force; 404 when it is not there. */
void v1_answer_now(struct http_request *r, const char *path, int status);
/*
 * 200, all objects of a section ("services"; "backends" of the object at `above`) by name, each
 * as v1_answer_object() has it. {}: there are none. Without an ETag: nothing is changed there.
 */
void v1_answer_section(struct http_request *r, const char *above, const char *section);
/* What is not there: 404. */
void v1_answer_missing(struct http_request *r, const char *path);
/* {"removed": "services.web"} */
void v1_answer_removed(struct http_request *r, const char *path);
/* A dry run: what would change, and the object as it would be (unless it would be gone). */
void v1_answer_dry_run(struct http_request *r, const struct changes_result *result,
		       const char *path);
/* 400, with what is wrong with a body. */
void v1_answer_errors(struct http_request *r, const struct conf_errors *errors);
/* Everything from CHANGES_UNCONFIRMED on. */
void v1_answer_refused(struct http_request *r, const struct changes_result *result);

#endif
