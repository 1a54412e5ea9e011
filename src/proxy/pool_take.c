/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/pool_take.h"

#include "core/pool_cell.h"
#include "core/xxh64.h"
#include "proxy/choice.h"
#include "proxy/pool_balance.h"
#include "proxy/pool_session.h"

#define TRIES 1000	/* of a claim that other processes were faster at */

/* Nodes of one level; those that are held off stand behind `count`. */
struct candidates {
	struct pool_candidate list[POOL_NODES_MAX];
	unsigned              count;
	struct pool_candidate held[POOL_NODES_MAX];
	unsigned              held_count;
	unsigned              level, held_level;	/* of each of them */
	bool                  any;	/* there was one, also if it was tried */
	bool                  moved;	/* one has given its cell to another one */
	int                   vassal;	/* place of one that does not run; -1: none */
};

static struct candidates all;

static uint64_t read_hold(const struct pool_cell *c)
{
	return atomic_load_explicit(&c->hold, memory_order_relaxed);
}

static bool is_expired(const struct pool_node *n, const struct pool_cell *c,
		       const struct pool_request *r)
{
	return (n->flags & POOL_STATIC) == 0 && pool_cell_age(c, r->now_ms) > r->tolerance_ms;
}

static uint64_t identity_of(const struct pool_node *n)
{
	struct xxh64 x;

	xxh64_begin(&x);
	xxh64_add(&x, n->name);
	return xxh64_sum(&x);
}

static void add(struct pool_candidate *list, unsigned *count, const struct pool *pool,
		uint16_t place, struct pool_cell *cell, enum pool_balance balance)
{
	const struct pool_node *n = &pool->nodes[place];

	list[(*count)++] = (struct pool_candidate){
		.cell = cell, .node = place, .weight = n->weight,
		.identity = balance == POOL_IPHASH ? identity_of(n) : 0,
	};
}

static bool is_usable(const struct pool_node *n, const struct pool_cell *c,
		      const struct pool_request *r)
{
	if (c == NULL || is_expired(n, c, r) || (n->host.len == 0 && n->vassal.len == 0))
		return false;
	all.any = true;
	return !choice_has_node(r->choice, n->cell);
}

/* Those of the lowest level that has one which is not held off; else of the lowest. */
static void collect(const struct pool *pool, const struct pool_request *r)
{
	all.level = all.held_level = UINT8_MAX + 1;
	all.count = all.held_count = 0;
	all.any = all.moved = false;
	all.vassal = -1;
	for (uint16_t i = 0; i < pool->count; i++) {
		const struct pool_node *n = &pool->nodes[i];
		struct pool_cell *cell = pool_node_cell(n);

		all.moved |= cell == NULL;
		if (!is_usable(n, cell, r))
			continue;
		if (n->host.len == 0) {
			all.vassal = i;
			continue;
		}
		if (pool_cell_hold_until(read_hold(cell)) > r->now_ms) {
			if (n->backup < all.held_level)
				all.held_count = 0;
			all.held_level = n->backup < all.held_level ? n->backup : all.held_level;
			if (n->backup == all.held_level)
				add(all.held, &all.held_count, pool, i, cell, r->balance);
			continue;
		}
		if (n->backup < all.level)
			all.count = 0;
		all.level = n->backup < all.level ? n->backup : all.level;
		if (n->backup == all.level)
			add(all.list, &all.count, pool, i, cell, r->balance);
	}
}

/* After a hold-off one session tries it; the others pass it over meanwhile. */
static bool claim_trial(struct pool_cell *c, uint64_t now_ms)
{
	uint64_t hold = read_hold(c), next;

	if (pool_cell_hold_failures(hold) == 0 || pool_cell_hold_until(hold) > now_ms)
		return true;
	next = pool_cell_hold_next(hold, now_ms);
	next = (next & ~UINT64_C(0xff)) | pool_cell_hold_failures(hold);
	return atomic_compare_exchange_strong(&c->hold, &hold, next);
}

/* Turns are counted among the nodes of one level. */
static void lift_held(uint64_t pass)
{
	for (unsigned i = 0; i < all.held_count && all.level == all.held_level; i++)
		pool_balance_lift(all.held[i].cell, pass);
}

/* -1: another process was faster. */
static int claim(const struct pool *pool, const struct pool_request *r,
		 struct pool_candidate *list, unsigned count)
{
	bool exact = r->balance == POOL_LRC || r->balance == POOL_WLRC;
	int i = pool_balance_choose(r->balance, list, count, r->seed);

	if (i < 0)
		return -1;
	if (list == all.list && !claim_trial(list[i].cell, r->now_ms))
		return -1;
	if (!pool_session_count(pool->nodes[list[i].node].cell, list[i].active, exact,
				r->choice->row))
		return -1;
	if (list == all.list)
		lift_held(list[i].pass);
	return i;
}

enum pool_taken pool_take(const struct pool *pool, const struct pool_request *r, unsigned *place)
{
	struct pool_candidate *list;
	const struct pool_node *n;
	int i = -1;

	for (unsigned tries = 0; i < 0 && tries < TRIES; tries++) {
		collect(pool, r);
		if (all.count + all.held_count == 0 && all.vassal >= 0) {
			*place = (unsigned)all.vassal;
			return POOL_DEFERRED;
		}
		if (all.count + all.held_count == 0)
			return all.moved ? POOL_MOVED : all.any ? POOL_SPENT : POOL_EMPTY;
		list = all.count != 0 ? all.list : all.held;
		i = claim(pool, r, list, all.count != 0 ? all.count : all.held_count);
	}
	if (i < 0)
		return POOL_SPENT;
	*place = list[i].node;
	n = &pool->nodes[*place];
	if (pool_node_cell(n) != NULL)
		return POOL_TAKEN;
	pool_session_give(n->cell, r->choice->row);
	return POOL_MOVED;
}
