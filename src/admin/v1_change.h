/* SPDX-License-Identifier: BSD-2-Clause */
/* Changes of objects by /_v1: conditions, the body, the edits, the answer. */
#ifndef ADMIN_V1_CHANGE_H
#define ADMIN_V1_CHANGE_H

#include "admin/v1_query.h"
#include "core/base.h"

struct http_request;

/* false: answered, 415: the headers say that the body is something else. */
bool v1_change_is_json(struct http_request *r) MUST_CHECK;

/* PUT, PATCH or DELETE of the object at `path` ("": PUT or PATCH of everything). */
void v1_change_submit(struct http_request *r, const char *path, const struct v1_query *query);

#endif
