/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which node of a pool gets a session, and its claim. A claim is one compare-and-swap on what the
 * choice was made by, so that the choices of all workers together are exact. A new way is a row
 * in pool_balance.c and a word in core/pool.c.
 */
#ifndef PROXY_POOL_BALANCE_H
#define PROXY_POOL_BALANCE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"
#include "core/pool.h"

struct pool_cell;

/* A node that could get the session. */
struct pool_candidate {
	struct pool_cell *cell;
	uint16_t          node;		/* its place in the pool */
	uint16_t          weight;
	uint64_t          identity;	/* a hash of its address; of iphash alone */
	uint64_t          pass, active;	/* as they were read: see the claim */
};

/* What one turn of a node of weight 1 costs; it costs others that much by their weight. */
#define POOL_TURN (UINT64_C(1) << 26)

/* Half of a turn behind the others: who begins there has its exact share from the first on. */
uint64_t pool_balance_start(uint64_t least, uint16_t weight);

/*
 * Chooses among `count` candidates, reads their cells, and claims the turn. The place of the one
 * chosen; -1: another process was faster, read again. `seed` stands for the client.
 */
int pool_balance_choose(enum pool_balance balance, struct pool_candidate *list, unsigned count,
			uint64_t seed) MUST_CHECK;
/* The node of the cell was passed over: it has no turns in store when it comes back. */
void pool_balance_lift(struct pool_cell *cell, uint64_t pass);

#endif
