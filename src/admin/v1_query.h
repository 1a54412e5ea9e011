/* SPDX-License-Identifier: BSD-2-Clause */
/* The parameters of requests to objects: ?dry_run=1&wait=30s&force=1&sessions=close&diff=file. */
#ifndef ADMIN_V1_QUERY_H
#define ADMIN_V1_QUERY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"

struct http_request;

struct v1_query {
	bool     dry_run, force;
	bool     cut;		/* sessions=close */
	bool     diff;		/* diff=file */
	uint64_t wait_ms;	/* 0: the answer does not wait */
};

/*
 * Reads those that are there; routes.c has refused the others. false: answered, 400: one has a
 * value that it cannot have.
 */
bool v1_query_read(struct http_request *r, struct v1_query *query) MUST_CHECK;

#endif
