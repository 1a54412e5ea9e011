/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cells of subscribed nodes in shared memory: what changes of a node while it is subscribed. Which
 * nodes there are is said by the pools (core/pool.h), each of which names its cell. The resolver
 * process hands cells out and writes when a node was announced; workers count sessions, claim
 * turns and note failures, by atomic operations only. No index from the memory is used before it
 * was checked.
 */
#ifndef CORE_POOL_CELL_H
#define CORE_POOL_CELL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/active.h"
#include "core/base.h"

#define POOL_CELL_NONE UINT32_MAX

struct pool_cell {
	struct active    active;	/* sessions now; a cell is free again when there are none */
	_Atomic uint64_t pass;		/* the least one of a pool has the next turn */
	_Atomic uint64_t hold;		/* pool_cell_hold_...() below; 0: nothing has failed */
	_Atomic uint64_t to_node, to_client;	/* bytes */
	_Atomic uint32_t announced;	/* pool_clock() of the last announcement */
	_Atomic uint32_t requests;	/* connected sessions */
	_Atomic uint16_t generation;	/* which of its owners it has */
	_Atomic uint16_t cores, load;	/* as announced, 65,535 at most */
	_Atomic uint16_t requests_then;	/* ... the low half of them, at the last announcement */
};

/* Reserves the memory, before the first fork. false with errno. */
bool pool_cells_open(void) MUST_CHECK;
/* NULL: there is none with that index. */
struct pool_cell *pool_cell(uint32_t index);
/* No cell at this index or above has ever been used; what the resolver raises. */
uint32_t pool_cells_used(void);
void pool_cells_use(uint32_t index);
uint32_t pool_cells_most(void);

/* Time in units of 10 ms, which comes round after 497 days: only differences mean something. */
#define POOL_CLOCK_MS 10
static inline uint32_t pool_clock(uint64_t now_ms)
{
	return (uint32_t)(now_ms / POOL_CLOCK_MS);
}

/* A configured node, or a member of an item, may never have been. */
static inline bool pool_cell_announced(const struct pool_cell *c)
{
	return atomic_load_explicit(&c->announced, memory_order_relaxed) != 0;
}

/* Milliseconds since the last announcement. */
static inline uint64_t pool_cell_age(const struct pool_cell *c, uint64_t now_ms)
{
	uint32_t at = atomic_load_explicit(&c->announced, memory_order_relaxed);
	uint32_t age = pool_clock(now_ms) - at;

	/* another process may have looked at the clock later */
	return age > UINT32_MAX / 2 ? 0 : (uint64_t)age * POOL_CLOCK_MS;
}

/*
 * Hold-off: a node that could not be dialled gets no session until a time (clock_ms()), which is
 * the longer the more dials have failed in a row. Then one session tries it.
 */
#define POOL_HOLD_LEAST_MS 500
#define POOL_HOLD_MOST_MS 10000

static inline uint64_t pool_cell_hold_until(uint64_t hold)
{
	return hold >> 8;
}

static inline unsigned pool_cell_hold_failures(uint64_t hold)
{
	return (unsigned)(hold & 0xff);
}

/* One more dial has failed now. */
uint64_t pool_cell_hold_next(uint64_t hold, uint64_t now_ms);

#endif
