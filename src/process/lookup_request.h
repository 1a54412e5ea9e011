/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requests to the process that resolves: names, announced nodes, items of caches. The master passes
 * them on, and its answer back. It reads neither.
 */
#ifndef PROCESS_LOOKUP_REQUEST_H
#define PROCESS_LOOKUP_REQUEST_H

#include <stdint.h>

#include "core/slice.h"
#include "process/message.h"

struct child;

/* A value that is too short or too long for that message is refused. */
void lookup_request_take(uint32_t id, enum message_kind kind, struct slice value);
/* A message_resolved of this child. */
void lookup_request_done(const struct child *c, struct slice message);
/* A child has ended: what it had to resolve is refused. */
void lookup_request_lost(const struct child *c);
/* Whoever made the requests is gone. */
void lookup_request_forget(void);

#endif
