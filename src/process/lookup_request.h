/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requests to resolve names now: the master passes them on to the process that resolves, and its
 * answer back. It reads neither.
 */
#ifndef PROCESS_LOOKUP_REQUEST_H
#define PROCESS_LOOKUP_REQUEST_H

#include <stdint.h>

#include "core/slice.h"
#include "process/message.h"

struct child;

/* `name` is at most MESSAGE_NAME_MAX bytes, which is checked here; empty: all names. */
void lookup_request_take(uint32_t id, enum message_kind kind, struct slice name);
/* A message_resolved of this child. */
void lookup_request_done(const struct child *c, struct slice message);
/* A child has ended: what it had to resolve is refused. */
void lookup_request_lost(const struct child *c);
/* Whoever made the requests is gone. */
void lookup_request_forget(void);

#endif
