/* SPDX-License-Identifier: BSD-2-Clause */
/* All pools of a server: found when it begins, looked through all the time, dropped at its end. */
#include <stdio.h>
#include <string.h>

#include "core/log.h"
#include "core/pool_cell.h"
#include "core/pool_table.h"
#include "udp/known_part.h"
#include "udp/pool_owner.h"
#include "udp/subscription_pool.h"
#include "udp/subscription_pools.h"

#define SWEEP_STEPS 500		/* of a walk, at least */
#define SWEEP_PARTS 50		/* in so many the whole table is walked */

static bool is_old(const struct subscription_pools *p, const struct pool_node *n, uint64_t now_ms)
{
	const struct pool_cell *c = pool_node_cell(n);

	if (c == NULL)	/* the memory was damaged */
		return true;
	return (n->flags & POOL_SILENT) == 0 &&
	       pool_cell_age(c, now_ms) > p->conf->tolerance_ms;
}

static struct pool_node *find_old(const struct subscription_pools *p, uint64_t now_ms)
{
	struct pool *work = subscription_pool();

	for (uint16_t i = 0; i < work->count; i++) {
		if (is_old(p, &work->nodes[i], now_ms))
			return &work->nodes[i];
	}
	return NULL;
}

void subscription_pools_sum(struct subscription_pools *p, struct slice key, uint64_t now_ms,
			    struct subscription_sum *sum)
{
	struct pool *work = subscription_pool();

	*sum = (struct subscription_sum){ 0 };
	if (!p->usable || !subscription_pool_load(p, key))
		return;
	for (uint16_t i = 0; i < work->count; i++) {
		const struct pool_node *n = &work->nodes[i];
		const struct pool_cell *c = pool_node_cell(n);

		if (c == NULL || (is_old(p, n, now_ms) && (n->flags & POOL_STATIC) == 0))
			continue;
		sum->weight += n->weight;
		sum->cores += c->cores;
		sum->load = c->load > sum->load ? c->load : sum->load;
	}
}

static void remove_old(struct subscription_pools *p, struct slice seen, uint64_t now_ms)
{
	char text[256], why[80];
	struct slice key = { text, seen.len };
	struct pool_node *node;

	if (seen.len > sizeof(text))
		return;
	memcpy(text, seen.data, seen.len);	/* the entry goes */
	snprintf(why, sizeof(why), " as failed (no announce received in %g seconds)",
		 (double)p->conf->tolerance_ms / 1e3);
	while (subscription_pool_load(p, key) && (node = find_old(p, now_ms)) != NULL) {
		if ((node->flags & POOL_STATIC) != 0 && pool_node_cell(node) != NULL) {
			node->flags |= POOL_SILENT;
			if (!subscription_pool_store(p, key))
				return;
			continue;
		}
		subscription_pool_log_removed(p, key, node, why);
		if (!subscription_pool_take_out(p, key, node))
			return;	/* the next round tries again */
	}
}

void subscription_pools_sweep(struct subscription_pools *p, uint64_t now_ms)
{
	struct pool *work = subscription_pool();
	uint64_t left = subscription_pools_keys(p) / SWEEP_PARTS + SWEEP_STEPS;
	enum shared_next next = SHARED_NEXT_ENTRY;
	struct shared_view view;

	if (!p->usable)
		return;
	for (p->walk.steps = (unsigned)left; left != 0 && next == SHARED_NEXT_ENTRY; left--) {
		next = shared_table_view(&p->table, &p->walk, &view);
		if (next != SHARED_NEXT_ENTRY || !pool_read(work, view.value))
			continue;
		if (find_old(p, now_ms) != NULL)
			remove_old(p, view.key, now_ms);
	}
	if (next == SHARED_NEXT_END)
		p->walk = (struct shared_walk){ 0 };
}

/* Cells of nodes that a predecessor has left. A node without one is removed by the sweep. */
static void mark_nodes(struct subscription_pools *p)
{
	struct pool *work = subscription_pool();
	struct shared_walk walk = { .steps = UINT32_MAX };
	struct shared_view view;

	while (shared_table_view(&p->table, &walk, &view) == SHARED_NEXT_ENTRY) {
		if (!pool_read(work, view.value))
			continue;
		for (uint16_t i = 0; i < work->count; i++) {
			const struct pool_node *n = &work->nodes[i];

			p->nodes += pool_owner_mark(n->cell, n->generation);
		}
	}
}

void subscription_pools_open(struct subscription_pools *p, const char *server,
			     const struct subscription_conf *conf)
{
	struct shared_region *region = known_table_region();
	char name[SHARED_TABLE_NAME + 1];

	p->server = server;
	p->conf = conf;
	p->usable = region != NULL && region->own != NULL &&
		    shared_table_create(region, pool_table_name(server, name), &p->table);
	if (p->usable)
		mark_nodes(p);
	else
		log_write(LEVEL_ERROR, "subscriptions %s: no memory for the nodes: none is added",
			  server);
}

void subscription_pools_drop(struct subscription_pools *p)
{
	struct pool *work = subscription_pool();
	struct shared_walk walk = { .steps = UINT32_MAX };
	struct shared_view view;

	if (!p->usable)
		return;
	while (shared_table_view(&p->table, &walk, &view) == SHARED_NEXT_ENTRY) {
		if (!pool_read(work, view.value))
			continue;
		for (uint16_t i = 0; i < work->count; i++) {
			if (pool_node_cell(&work->nodes[i]) != NULL)
				pool_owner_give(work->nodes[i].cell);
		}
	}
	shared_table_drop(&p->table);
	p->usable = false;
	known_part_dropped();
}
