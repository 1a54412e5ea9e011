/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Blocks of shared memory, addressed by offsets: one process writes, all others read without
 * waiting. The writer alone takes and gives blocks, and what it knows of them is in its private
 * memory: a writer that dies leaves nothing half done here, and its successor learns what is used
 * from what can be reached (mark, sweep). No offset from the memory is used before it was checked.
 */
#ifndef CORE_SHARED_REGION_H
#define CORE_SHARED_REGION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base.h"

#define SHARED_GRANULE 16		/* offsets count these; 0 is no block */
#define SHARED_SPAN 65536		/* the memory is handed out in such pieces */
#define SHARED_BLOCK_MAX 16384

struct shared_spans;

struct shared_region {
	char                *base;
	uint32_t             spans;	/* the first holds what is found without an offset */
	struct shared_spans *own;	/* the writer's; NULL in the others */
};

/* Before the processes are forked. `bytes` are reserved, not committed. false with errno. */
bool shared_region_open(struct shared_region *r, const char *name, size_t bytes) MUST_CHECK;
void shared_region_close(struct shared_region *r);

/* The block at the offset; NULL when `bytes` from there on are not all within the region. */
static inline void *shared_region_at(const struct shared_region *r, uint32_t offset, size_t bytes)
{
	uint64_t at = (uint64_t)offset * SHARED_GRANULE;

	if (at < SHARED_SPAN || at + bytes > (uint64_t)r->spans * SHARED_SPAN)
		return NULL;
	return r->base + at;
}

/*
 * This process is the writer from now on, and no block is in use: mark those that are, then sweep.
 * false with errno when there is no memory for that.
 */
bool shared_region_own(struct shared_region *r) MUST_CHECK;
/* false: it cannot be a block of this size, or was marked before: two offsets lead to it. */
bool shared_region_mark(struct shared_region *r, uint32_t offset, size_t bytes) MUST_CHECK;
bool shared_region_mark_span(struct shared_region *r, uint32_t offset) MUST_CHECK;
void shared_region_sweep(struct shared_region *r);

/* An offset, 0 when the region is full. At most SHARED_BLOCK_MAX bytes, not zeroed. */
uint32_t shared_region_take(struct shared_region *r, size_t bytes);
/* SHARED_SPAN zeroed bytes. */
uint32_t shared_region_take_span(struct shared_region *r);
/* Its bytes may be used again at once: no reader may take them for what they were. */
void shared_region_give(struct shared_region *r, uint32_t offset);
/* What a block of so many bytes occupies. */
size_t shared_region_size(size_t bytes);
size_t shared_region_used(const struct shared_region *r);	/* bytes of spans in use */

#endif
