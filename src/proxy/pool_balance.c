/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/pool_balance.h"

#include "core/pool_cell.h"
#include "core/xxh64.h"

static uint64_t turn_of(uint16_t weight)
{
	return POOL_TURN / weight;
}

uint64_t pool_balance_start(uint64_t least, uint16_t weight)
{
	return least + turn_of(weight) / 2;
}

/* Passes come round: only their differences mean something. */
static bool is_before(uint64_t a, uint64_t b)
{
	return (int64_t)(a - b) < 0;
}

static void read_cells(struct pool_candidate *list, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		list[i].pass = atomic_load_explicit(&list[i].cell->pass, memory_order_relaxed);
		list[i].active = active_read(&list[i].cell->active);
	}
}

static int claim_turn(struct pool_candidate *c, int place)
{
	return atomic_compare_exchange_strong(&c->cell->pass, &c->pass,
					      c->pass + turn_of(c->weight)) ? place : -1;
}

static int choose_wrr(struct pool_candidate *list, unsigned count, uint64_t seed)
{
	unsigned best = 0;

	(void)seed;
	for (unsigned i = 1; i < count; i++) {
		if (is_before(list[i].pass, list[best].pass))
			best = i;
	}
	return claim_turn(&list[best], (int)best);
}

/* Of two with as many sessions for their weight: the one whose turn comes first. */
static bool is_freer(const struct pool_candidate *a, const struct pool_candidate *b,
		     uint64_t a_weight, uint64_t b_weight)
{
	uint64_t a_load = active_of(a->active) * b_weight, b_load = active_of(b->active) * a_weight;

	return a_load != b_load ? a_load < b_load : is_before(a->pass, b->pass);
}

void pool_balance_lift(struct pool_cell *cell, uint64_t pass)
{
	uint64_t seen = atomic_load_explicit(&cell->pass, memory_order_relaxed);

	while (is_before(seen, pass) &&
	       !atomic_compare_exchange_weak(&cell->pass, &seen, pass))
		continue;
}

/* Turns that a node was too busy for are not kept for a wrr that comes later. */
static void lift_others(const struct pool_candidate *list, unsigned count, unsigned best)
{
	for (unsigned i = 0; i < count; i++) {
		if (is_before(list[i].pass, list[best].pass))
			pool_balance_lift(list[i].cell, list[best].pass);
	}
}

/* The count itself is claimed by the caller, as long as it is what was read here. */
static int choose_freest(struct pool_candidate *list, unsigned count, bool weighted)
{
	unsigned best = 0;

	for (unsigned i = 1; i < count; i++) {
		if (is_freer(&list[i], &list[best], weighted ? list[i].weight : 1,
			     weighted ? list[best].weight : 1))
			best = i;
	}
	if (!weighted)
		list[best].weight = 1;
	lift_others(list, count, best);
	return claim_turn(&list[best], (int)best);
}

static int choose_lrc(struct pool_candidate *list, unsigned count, uint64_t seed)
{
	(void)seed;
	return choose_freest(list, count, false);
}

static int choose_wlrc(struct pool_candidate *list, unsigned count, uint64_t seed)
{
	(void)seed;
	return choose_freest(list, count, true);
}

/* The highest of the hashes: when a node comes or goes, only its own clients move. */
static int choose_iphash(struct pool_candidate *list, unsigned count, uint64_t seed)
{
	uint64_t highest = 0;
	int best = 0;

	for (unsigned i = 0; i < count; i++) {
		uint64_t words[2] = { seed, list[i].identity };
		struct xxh64 x;
		uint64_t hash;

		xxh64_begin(&x);
		xxh64_add(&x, (struct slice){ (const char *)words, sizeof(words) });
		hash = xxh64_sum(&x);
		if (i == 0 || hash > highest) {
			highest = hash;
			best = (int)i;
		}
	}
	return best;
}

static int (*const choosers[POOL_BALANCES])(struct pool_candidate *list, unsigned count,
					    uint64_t seed) = {
	[POOL_WRR] = choose_wrr,
	[POOL_LRC] = choose_lrc,
	[POOL_WLRC] = choose_wlrc,
	[POOL_IPHASH] = choose_iphash,
};

int pool_balance_choose(enum pool_balance balance, struct pool_candidate *list, unsigned count,
			uint64_t seed)
{
	read_cells(list, count);
	return choosers[balance](list, count, seed);
}
