/* SPDX-License-Identifier: BSD-2-Clause */
/* A call of a worker, from its arrival to its answer. */
#ifndef MAPPER_MAPPER_CALL_H
#define MAPPER_MAPPER_CALL_H

#include <stdint.h>

#include "core/base.h"
#include "core/list.h"
#include "core/script_frame.h"
#include "core/slice.h"

#define MAPPER_CALL_KEY 256	/* bytes of a key, at most */

enum call_lane {		/* script_queue.h */
	LANE_ANSWERED,
	LANE_OTHER,
	LANE_HELD,
	LANES
};

struct mapper_call {
	struct list link;
	uint64_t    script;
	uint64_t    arrived_ms;	/* loop clock */
	uint64_t    begun_ms;	/* a process was asked */
	uint64_t    worker;	/* of the stream that it came by */
	uint64_t    hash;	/* script_keys.h */
	uint32_t    id;		/* the worker's */
	uint16_t    len;
	uint8_t     lane;	/* that it waits in, or has waited in */
	char        key[MAPPER_CALL_KEY];
};

/* NULL: there are too many, or no memory. */
struct mapper_call *mapper_call_new(const struct script_frame *f, struct slice key,
				    uint64_t worker);
/* Sends the answer to the worker, if it is still there, and frees the call. */
void mapper_call_answer(struct mapper_call *call, enum script_status status, uint32_t generation,
			struct slice answer);
/* The worker knows by itself that it takes too long. */
void mapper_call_drop(struct mapper_call *call);

#endif
