/* SPDX-License-Identifier: BSD-2-Clause */
/* The parameters of requests to objects: ?dry_run=1&wait=30s&force=1&sessions=close&diff=file. */
#ifndef ADMIN_V1_QUERY_H
#define ADMIN_V1_QUERY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"

struct http_request;

enum v1_parameter {	/* or-ed */
	V1_DRY_RUN = 1 << 0,
	V1_WAIT = 1 << 1,
	V1_FORCE = 1 << 2,
	V1_SESSIONS = 1 << 3,
	V1_DIFF = 1 << 4,
};

struct v1_query {
	bool     dry_run, force;
	bool     cut;		/* sessions=close */
	bool     diff;		/* diff=file */
	uint64_t wait_ms;	/* 0: the answer does not wait */
};

/*
 * Reads the parameters that this path and method take. false: answered, 400: one is unknown, or
 * has a value that it cannot have. What is misspelled must not be ignored.
 */
bool v1_query_read(struct http_request *r, unsigned taken, struct v1_query *query) MUST_CHECK;

#endif
