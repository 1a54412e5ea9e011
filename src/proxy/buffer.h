/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bytes on their way. Most never rest: they go through one scratch buffer that
 * belongs to the process. What a slow peer did not take is kept in chunks, at
 * most one scratch buffer's worth per direction, counted against
 * buffer_memory.
 */
#ifndef PROXY_BUFFER_H
#define PROXY_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base.h"

#define SCRATCH_SIZE ((size_t)64 * 1024)

struct chunk_of_bytes;

/* A queue of kept bytes; all zero is empty. */
struct kept {
	struct chunk_of_bytes *first, *last;
};

void buffers_open(uint64_t memory_limit);
void buffers_set_limit(uint64_t bytes);
char *scratch(void);

/* More must not be kept: who reads has to know first that it can write. */
bool buffers_full(void);

static inline bool kept_empty(const struct kept *k)
{
	return k->first == NULL;
}

/* Copies to the end; false: out of memory, the bytes are lost and the session must end. */
bool kept_put(struct kept *k, const char *bytes, size_t len) MUST_CHECK;
/* The bytes at the front that lie together; *len = 0 when empty. */
const char *kept_front(const struct kept *k, size_t *len);
void kept_take(struct kept *k, size_t len);	/* at most what kept_front() gave */
void kept_close(struct kept *k);

#endif
