/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests that are answered when something has settled: ?wait=30s. */
#ifndef ADMIN_V1_WAIT_H
#define ADMIN_V1_WAIT_H

#include <stdint.h>

#include "core/handle.h"

struct http_request;

struct v1_waiting {
	const char *path;	/* of the object; copied */
	uint64_t    wait_ms;	/* at most; then 504 with what is missing */
	int         status;	/* of the answer */
	/* Of an object that was removed: its cell, whose sessions must end. HANDLE_NONE: not. */
	struct handle backend, service;
};

/* Answers the request now or later; `r` must not have another http_on_gone(). */
void v1_wait(struct http_request *r, const struct v1_waiting *waiting);

#endif
