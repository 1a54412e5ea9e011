/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/subscription_pool.h"

#include <string.h>

#include "core/log.h"
#include "core/pool_cell.h"
#include "event/event.h"
#include "udp/pool_owner.h"

#define LINES 100		/* of the log a second, about nodes that come and go */

/* Where a pool is read, changed and written: one process does that, one pool after the other. */
static struct {
	struct shared_entry entry;
	struct pool         pool;
	char                value[POOL_VALUE_MAX];
} work;

struct pool *subscription_pool(void)
{
	return &work.pool;
}

void subscription_pool_log(const struct subscription_pools *p, const char *event,
			   struct slice key, const struct pool_node *n, const char *what,
			   const char *why)
{
	static struct log_limit limit;
	const struct log_subject about = { .event = event };
	struct slice name = n->name.len != 0 ? n->name : n->vassal;

	if (log_limited(&limit, LINES))
		log_about(LEVEL_INFO, &about, "subscriptions %s: %.*s => %s%.*s%s", p->server,
			  (int)key.len, key.data, what, (int)name.len, name.data, why);
}

void subscription_pool_log_removed(const struct subscription_pools *p, struct slice key,
				   const struct pool_node *node, const char *why)
{
	subscription_pool_log(p, "subscription_removed", key, node, "marking ", why);
}

bool subscription_pool_load(struct subscription_pools *p, struct slice key)
{
	work.pool.count = 0;
	return shared_table_get(&p->table, key, &work.entry) &&
	       pool_read(&work.pool, work.entry.value);
}

bool subscription_pool_store(struct subscription_pools *p, struct slice key)
{
	struct slice value = { work.value, 0 };

	if (work.pool.count == 0) {
		(void)shared_table_remove(&p->table, key);
		return true;
	}
	value.len = pool_write(&work.pool, work.value, POOL_VALUE_MAX);
	return value.len != 0 &&
	       shared_table_put(&p->table, key, value, 0, true) < SHARED_PUT_REFUSED;
}

/* Its announcement was long ago: workers pass it over, and sweeps find it. */
static bool keep(const struct subscription_pools *p, struct pool_cell *c)
{
	static struct log_limit limit;

	if (log_limited(&limit, 1))
		log_write(LEVEL_ERROR, "subscriptions %s: no memory to remove a node: tried again",
			  p->server);
	if (c != NULL)
		atomic_store(&c->announced, pool_clock(loop_now()) - UINT32_MAX / 4);
	return false;
}

/* Readers that have the pool as it was before find a cell that is nobody's. */
bool subscription_pool_take_out(struct subscription_pools *p, struct slice key,
				struct pool_node *node)
{
	uint16_t at = (uint16_t)(node - work.pool.nodes);
	struct pool_cell *c = pool_node_cell(node);
	uint32_t cell = node->cell;

	memmove(node, node + 1, (size_t)(work.pool.count - at - 1) * sizeof(*node));
	work.pool.count--;
	if (work.pool.count == 0 && p->emptied != NULL)
		p->emptied(p->owner, key);
	if (!subscription_pool_store(p, key))
		return keep(p, c);
	if (c == NULL)	/* another node's */
		return true;
	p->nodes -= p->nodes != 0;
	pool_owner_give(cell);
	return true;
}
