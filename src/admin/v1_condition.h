/* SPDX-License-Identifier: BSD-2-Clause */
/* Conditions of a request: If-Match, If-None-Match. */
#ifndef ADMIN_V1_CONDITION_H
#define ADMIN_V1_CONDITION_H

#include <stdbool.h>

#include "core/base.h"

struct config;
struct http_request;
struct node;

/*
 * Whether the conditions of the request hold for what is at `path` in `now`. A PUT of everything
 * (`path` "", `body` what it puts) needs one. false: answered, 412 or 428.
 */
bool v1_condition_holds(struct http_request *r, const struct config *now, const char *path,
			const struct node *body) MUST_CHECK;

#endif
