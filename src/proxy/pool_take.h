/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A node of a pool for a session: which ones may be given it now, and its claim, which the row of
 * the session tells of (core/layout.h). Nodes that could not be dialled are held off for a while,
 * unless nobody else is there; then one session tries each of them.
 */
#ifndef PROXY_POOL_TAKE_H
#define PROXY_POOL_TAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"
#include "core/pool.h"

struct choice;
struct session_row;

struct pool_request {
	const struct choice *choice;	/* row, and the nodes that were tried */
	enum pool_balance    balance;
	uint64_t             seed;	/* of the client, for iphash */
	uint64_t             tolerance_ms;
	uint64_t             now_ms;	/* clock_ms() */
};

enum pool_taken {
	POOL_TAKEN,
	POOL_SPENT,	/* there are nodes, and all of them were tried */
	POOL_EMPTY,	/* nobody has been announced for long enough */
	POOL_DEFERRED,	/* only vassals that do not run are left: *place is one of them */
	POOL_MOVED,	/* a node gave its cell to another one: look the key up again */
};

/* TAKEN: *place is the node's; the session counts there until pool_session_give(). */
enum pool_taken pool_take(const struct pool *pool, const struct pool_request *request,
			  unsigned *place) MUST_CHECK;

#endif
