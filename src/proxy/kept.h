/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bytes that rest: what a slow peer did not take, or what came before there was a backend. They
 * lie in chunks, at most one scratch buffer's worth per direction (a greeting: GREETING_MOST; a
 * body behind it: see body.h), and count against buffer_memory.
 */
#ifndef PROXY_KEPT_H
#define PROXY_KEPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base.h"
#include "core/slice.h"

struct chunk_of_bytes;

/* A queue of kept bytes; all zero is empty. */
struct kept {
	struct chunk_of_bytes *first, *last;
};

/* Once per worker; the limit is buffer_memory, for all queues together. */
void kept_open(uint64_t memory_limit);
void kept_set_limit(uint64_t bytes);

/* The limit is reached: read nothing that may have to be kept. */
bool kept_full(void);

static inline bool kept_empty(const struct kept *k)
{
	return k->first == NULL;
}

/* Copies to the end; false: out of memory, the bytes are lost and the session must end. */
bool kept_put(struct kept *k, const char *bytes, size_t len) MUST_CHECK;
/* The first bytes, as many as are in one chunk; *len = 0: there are none. */
const char *kept_front(const struct kept *k, size_t *len);
/* The same, to be changed in place. NULL: there are none. */
char *kept_head(struct kept *k, size_t *len);
void kept_take(struct kept *k, size_t len);	/* at most what kept_front() gave */
/* All bytes in one piece: where they are, or copied to `into`, which must have room. */
struct slice kept_gather(const struct kept *k, char *into, size_t room);
size_t kept_len(const struct kept *k);		/* bytes in all */
/*
 * Moves the bytes behind the first `at`, which must be there and not 0, to `into`. How many.
 */
size_t kept_cut(struct kept *k, size_t at, char *into);
void kept_close(struct kept *k);

#endif
