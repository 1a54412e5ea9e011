/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requests of the control process to the master. The result comes when every process has applied
 * the change, or with the reason for which it was refused.
 */
#ifndef ADMIN_REQUESTS_H
#define ADMIN_REQUESTS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"
#include "core/slice.h"
#include "process/message.h"

struct requests_result {
	enum request_outcome outcome;
	uint64_t             serial;	/* in force now */
	struct slice         text;	/* lines of a reload; errors of edits as a JSON array */
};

/* Called once, unless it was forgotten. */
typedef void requests_done_handler(const struct requests_result *result, void *arg);

/* false: too many wait, or the value is too long; `done` is not called. */
bool requests_send(enum request_verb verb, struct slice value, requests_done_handler *done,
		   void *arg) MUST_CHECK;
/* Whoever waits with `arg` is gone. */
void requests_forget(const void *arg);
/* For struct child_role. */
void requests_done(uint32_t id, enum request_outcome outcome, uint64_t serial,
		   struct slice text);

#endif
