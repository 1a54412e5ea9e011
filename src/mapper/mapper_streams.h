/* SPDX-License-Identifier: BSD-2-Clause */
/* The streams of workers in the mapper process, which come through a door (os/door.h). */
#ifndef MAPPER_MAPPER_STREAMS_H
#define MAPPER_MAPPER_STREAMS_H

#include <stdint.h>

#include "core/script_frame.h"
#include "core/slice.h"

struct mapper_streams_handlers {
	/* A new worker is there: it is to be sent what all are sent. */
	void (*opened)(uint64_t worker);
	void (*called)(uint64_t worker, const struct script_frame *f, struct slice key);
};

void mapper_streams_open(const struct mapper_streams_handlers *handlers);
void mapper_streams_close(void);
/* To one of them; it has gone: nothing. */
void mapper_streams_send(uint64_t worker, struct script_frame *f, struct slice bytes);
void mapper_streams_send_all(struct script_frame *f);

#endif
