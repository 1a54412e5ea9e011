/* SPDX-License-Identifier: BSD-2-Clause */
/* Nodes that are configured, and those of a key that are removed by request. */
#include <string.h>

#include "core/log.h"
#include "core/pool_cell.h"
#include "event/event.h"
#include "udp/subscription_pool.h"
#include "udp/subscription_pools.h"

static bool was_announced(const struct subscription_pools *p, const struct pool_node *n)
{
	const struct pool_cell *c = pool_cell(n->cell);

	return (n->flags & POOL_SILENT) == 0 && c != NULL &&
	       pool_cell_age(c, loop_now()) <= p->conf->tolerance_ms;
}

/* The next one that goes; NULL: there is none more. *changed: another one is static no more. */
static struct pool_node *release_some(const struct subscription_pools *p,
				      bool (*keep)(struct slice name, void *arg), void *arg,
				      bool *changed)
{
	struct pool *work = subscription_pool();

	for (uint16_t i = 0; i < work->count; i++) {
		struct pool_node *n = &work->nodes[i];

		if ((n->flags & POOL_STATIC) == 0 || keep(n->name, arg))
			continue;
		if (!was_announced(p, n))
			return n;
		n->flags = (uint8_t)(n->flags & ~(POOL_STATIC | POOL_SILENT));
		*changed = true;
	}
	return NULL;
}

void subscription_pools_release(struct subscription_pools *p, struct slice key,
				bool (*keep)(struct slice name, void *arg), void *arg)
{
	struct pool_node *node;
	bool changed = false;

	while (p->usable && subscription_pool_load(p, key) &&
	       (node = release_some(p, keep, arg, &changed)) != NULL) {
		subscription_pool_log_removed(p, key, node, " as failed (no longer configured)");
		if (!subscription_pool_take_out(p, key, node))
			return;
		changed = false;	/* it is stored */
	}
	if (changed && !subscription_pool_store(p, key))
		log_write(LEVEL_ERROR, "subscriptions %s: no memory", p->server);
}

unsigned subscription_pools_forget(struct subscription_pools *p, struct slice key)
{
	struct pool *work = subscription_pool();
	unsigned count = 0;
	uint16_t i = 0;

	if (!p->usable || !subscription_pool_load(p, key))
		return 0;
	for (; i < work->count; count++) {
		struct pool_node *node = &work->nodes[i];

		if ((node->flags & POOL_STATIC) != 0) {
			node->flags |= POOL_SILENT;
			i++;
			continue;
		}
		subscription_pool_log_removed(p, key, node, " as failed (removed by request)");
		/* the next one is in its place */
		if (!subscription_pool_take_out(p, key, node))
			return count;
	}
	if (i != 0 && !subscription_pool_store(p, key))
		log_write(LEVEL_ERROR, "subscriptions %s: no memory", p->server);
	return count;
}

static bool has_static(const struct pool *pool)
{
	for (uint16_t i = 0; i < pool->count; i++) {
		if ((pool->nodes[i].flags & POOL_STATIC) != 0)
			return true;
	}
	return false;
}

void subscription_pools_each_static(struct subscription_pools *p,
				    void (*each)(struct slice key, void *arg), void *arg)
{
	struct pool *work = subscription_pool();
	struct shared_walk walk = { .steps = UINT32_MAX };
	struct shared_view view;
	char key[256];

	while (p->usable && shared_table_view(&p->table, &walk, &view) == SHARED_NEXT_ENTRY) {
		if (view.key.len > sizeof(key) || !pool_read(work, view.value) ||
		    !has_static(work))
			continue;
		memcpy(key, view.key.data, view.key.len);	/* the entry may go */
		each((struct slice){ key, view.key.len }, arg);
	}
}
