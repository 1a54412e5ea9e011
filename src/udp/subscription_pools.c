/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/subscription_pools.h"

#include <stdio.h>

#include "core/log.h"
#include "core/pool_cell.h"
#include "proxy/pool_balance.h"
#include "udp/pool_owner.h"
#include "udp/subscription_pool.h"

#define FULL_LINES 5		/* of the log a second */

static void report_full(const struct subscription_pools *p, struct slice key, const char *limit,
			unsigned long most)
{
	static const struct log_subject about = { .event = "limit_reached" };
	static struct log_limit again;

	if (log_limited(&again, FULL_LINES))
		log_about(LEVEL_WARN, &about, "subscriptions %s: a node of %.*s is not added: "
			  "%s: %lu is reached", p->server, (int)key.len, key.data, limit, most);
}

uint64_t subscription_pools_keys(const struct subscription_pools *p)
{
	return p->usable ? shared_table_count(&p->table) : 0;
}

static uint16_t weight_of(uint64_t weight)
{
	return weight == 0 ? 1 : weight > POOL_WEIGHT_MAX ? POOL_WEIGHT_MAX : (uint16_t)weight;
}

static uint16_t small(uint64_t number)
{
	return number > UINT16_MAX ? UINT16_MAX : (uint16_t)number;
}

/*
 * It may have been started again: one session tries it now. If that fails, the hold-off goes on
 * where it was; so whoever announces itself and refuses is tried once an announcement at most.
 */
static void try_again(struct pool_cell *c, uint64_t now_ms)
{
	uint64_t hold = atomic_load_explicit(&c->hold, memory_order_relaxed);

	if (pool_cell_hold_until(hold) > now_ms)
		(void)atomic_compare_exchange_strong(&c->hold, &hold,
						     now_ms << 8 | pool_cell_hold_failures(hold));
}

static void refresh(uint32_t index, const struct subscription_node *n, uint64_t now_ms)
{
	struct pool_cell *c = pool_cell(index);

	if (c == NULL)
		return;
	if (pool_cell_age(c, now_ms) >= POOL_HOLD_LEAST_MS)
		try_again(c, now_ms);
	atomic_store_explicit(&c->announced, pool_clock(now_ms), memory_order_relaxed);
	atomic_store_explicit(&c->requests_then, (uint16_t)atomic_load(&c->requests),
			      memory_order_relaxed);
	atomic_store_explicit(&c->cores, small(n->cores), memory_order_relaxed);
	atomic_store_explicit(&c->load, small(n->load), memory_order_relaxed);
	pool_owner_set_sender(index, n->sender);
}

/* The turn of a new node: behind half of its own, from where the others of its level are. */
static uint64_t first_pass(const struct pool *pool, const struct pool_node *n)
{
	uint64_t least = 0;
	bool any = false;

	for (uint16_t i = 0; i < pool->count; i++) {
		const struct pool_cell *c = pool_node_cell(&pool->nodes[i]);
		uint64_t pass = c != NULL ? atomic_load(&c->pass) : 0;

		if (c == NULL || pool->nodes[i].backup != n->backup || &pool->nodes[i] == n)
			continue;
		if (!any || (int64_t)(pass - least) < 0)
			least = pass;
		any = true;
	}
	return pool_balance_start(least, n->weight);
}

/* What is configured does not follow announcements: only that there is one is noted. */
static enum subscription_result refresh_static(struct subscription_pools *p,
					       const struct subscription_node *n,
					       struct pool_node *node, uint64_t now_ms)
{
	refresh(node->cell, n, now_ms);
	if ((node->flags & POOL_SILENT) == 0)
		return SUBSCRIPTION_REFRESH;
	node->flags = (uint8_t)(node->flags & ~POOL_SILENT);
	return subscription_pool_store(p, n->key) ? SUBSCRIPTION_REFRESH : SUBSCRIPTION_OVER_LIMIT;
}

/* What lies in the value and follows each announcement; true: it is other than before. */
static bool update(struct pool_node *to, const struct subscription_node *n,
		   char host[POOL_HOST])
{
	struct pool_node before = *to;
	struct slice at = pool_host(&n->addr, host);

	to->weight = weight_of(n->weight);
	to->modifier1 = n->modifier1;
	to->modifier2 = n->modifier2;
	to->backup = n->backup > UINT8_MAX ? UINT8_MAX : (uint8_t)n->backup;
	to->proto = n->proto;
	to->flags = (uint8_t)(to->flags | n->flags);
	if (n->vassal.len != 0)
		to->vassal = n->vassal;
	if (n->name.len != 0 && (!slice_equal(to->name, n->name) || at.len != 0)) {
		to->name = n->name;
		to->host = at;
	}
	return to->weight != before.weight || to->modifier1 != before.modifier1 ||
	       to->modifier2 != before.modifier2 || to->backup != before.backup ||
	       to->proto != before.proto || to->flags != before.flags ||
	       !slice_equal(to->name, before.name) || !slice_equal(to->vassal, before.vassal) ||
	       !slice_equal(to->host, before.host);
}

/* NULL: there is room for one more; else the name of the limit that is reached. */
static const char *limit_of(const struct subscription_pools *p, const struct subscription_node *n,
			    unsigned long *most)
{
	struct pool *work = subscription_pool();
	const struct subscription_conf *conf = p->conf;

	if ((n->flags & POOL_STATIC) != 0)	/* the configuration has its own limit */
		return work->count == POOL_NODES_MAX ? "nodes of a key" : NULL;
	*most = conf->max_keys;
	if (work->count == 0 && subscription_pools_keys(p) >= conf->max_keys)
		return "max_keys";
	*most = conf->max_nodes;
	if (p->nodes >= conf->max_nodes)
		return "max_nodes";
	*most = conf->max_nodes_per_key;
	if (work->count >= conf->max_nodes_per_key || work->count == POOL_NODES_MAX)
		return "max_nodes_per_key";
	*most = conf->max_nodes_per_sender;
	if (conf->max_nodes_per_sender != 0 && n->sender != 0 &&
	    pool_owner_count(n->sender) >= conf->max_nodes_per_sender)
		return "max_nodes_per_sender";
	return NULL;
}

static void log_added(const struct subscription_pools *p, const struct subscription_node *n,
		      const struct pool_node *node)
{
	char text[80];

	snprintf(text, sizeof(text), " (weight: %u, backup: %u)", node->weight, node->backup);
	subscription_pool_log(p, "subscription_added", n->key, node, "new node: ", text);
}

static enum subscription_result add(struct subscription_pools *p,
				    const struct subscription_node *n, uint64_t now_ms)
{
	struct pool *work = subscription_pool();
	char host[POOL_HOST];
	struct pool_node *node;
	unsigned long most = POOL_NODES_MAX;
	const char *limit = limit_of(p, n, &most);
	enum pool_balance balance = POOL_BALANCES;

	if (limit != NULL) {
		report_full(p, n->key, limit, most);
		return SUBSCRIPTION_OVER_LIMIT;
	}
	if (work->count == 0) {
		if (!pool_balance_read(n->algo, &balance))
			balance = POOL_BALANCES;
		work->balance = (uint8_t)balance;
	}
	node = &work->nodes[work->count];
	*node = (struct pool_node){ .cell = pool_owner_take() };
	if (node->cell == POOL_CELL_NONE) {
		report_full(p, n->key, "nodes of all servers", pool_cells_most());
		return SUBSCRIPTION_OVER_LIMIT;
	}
	work->count++;
	node->generation = atomic_load(&pool_cell(node->cell)->generation);
	(void)update(node, n, host);
	if ((n->flags & POOL_STATIC) != 0)
		node->flags |= POOL_SILENT;
	atomic_store(&pool_cell(node->cell)->pass, first_pass(work, node));
	refresh(node->cell, n, now_ms);
	if (!subscription_pool_store(p, n->key)) {
		pool_owner_give(node->cell);
		report_full(p, n->key, "bytes of a key's nodes", POOL_VALUE_MAX);
		return SUBSCRIPTION_OVER_LIMIT;
	}
	p->nodes++;
	if (work->count == 1 && p->filled != NULL)
		p->filled(p->owner, n->key);
	log_added(p, n, node);
	return SUBSCRIPTION_NEW;
}

/* The vassal has come to an address that somebody announced without its name: one node of both. */
static struct pool_node *find(struct subscription_pools *p, const struct subscription_node *n)
{
	const struct slice none = { "", 0 };
	struct pool *work = subscription_pool();
	struct pool_node *node, *vassal;

	if (!subscription_pool_load(p, n->key))
		return NULL;
	node = pool_find(work, n->name, n->vassal);
	vassal = pool_find(work, none, n->vassal);
	if (vassal == NULL || vassal == node)
		return node;
	subscription_pool_log_removed(p, n->key, vassal, " as failed (it has another address)");
	(void)subscription_pool_take_out(p, n->key, vassal);
	return pool_find(work, n->name, none);
}

enum subscription_result subscription_pools_put(struct subscription_pools *p,
						const struct subscription_node *n, uint64_t now_ms)
{
	struct pool *work = subscription_pool();
	char host[POOL_HOST];
	struct pool_node *node;
	uint8_t level;
	bool runs;

	if (!p->usable)
		return SUBSCRIPTION_OVER_LIMIT;
	node = find(p, n);
	if (node == NULL)
		return add(p, n, now_ms);
	if ((node->flags & POOL_STATIC) != 0 && (n->flags & POOL_STATIC) == 0)
		return refresh_static(p, n, node, now_ms);
	level = node->backup;
	runs = node->host.len != 0;
	if ((n->flags & POOL_STATIC) == 0)
		refresh(node->cell, n, now_ms);
	if (!update(node, n, host))
		return SUBSCRIPTION_REFRESH;
	if (!runs && node->host.len != 0 && pool_cell(node->cell) != NULL)
		atomic_store(&pool_cell(node->cell)->hold, 0);	/* its vassal has started */
	/* turns are counted among those of a level */
	if (node->backup != level && pool_cell(node->cell) != NULL)
		atomic_store(&pool_cell(node->cell)->pass, first_pass(work, node));
	return subscription_pool_store(p, n->key) ? SUBSCRIPTION_REFRESH : SUBSCRIPTION_OVER_LIMIT;
}

bool subscription_pools_remove(struct subscription_pools *p, const struct subscription_node *n,
			       bool keep_vassal, const char *why)
{
	struct pool *work = subscription_pool();
	struct pool_node *node;

	if (!p->usable || !subscription_pool_load(p, n->key))
		return false;
	/* a vassal that has gone says so late: it is at another address already */
	node = pool_find(work, n->name, n->name.len == 0 ? n->vassal : (struct slice){ "", 0 });
	if (node == NULL)
		return false;
	if ((node->flags & POOL_STATIC) != 0) {
		subscription_pool_log(p, NULL, n->key, node, "", " stays: it is configured");
		node->flags |= POOL_SILENT;
		return subscription_pool_store(p, n->key);
	}
	subscription_pool_log_removed(p, n->key, node, why);
	if (!keep_vassal || node->vassal.len == 0) {
		(void)subscription_pool_take_out(p, n->key, node);
		return true;
	}
	node->name.len = node->host.len = 0;
	if (pool_cell(node->cell) != NULL)
		atomic_store(&pool_cell(node->cell)->hold, 0);	/* that was of the address */
	return subscription_pool_store(p, n->key);
}

bool subscription_pools_signed(struct subscription_pools *p, const struct subscription_node *n)
{
	const struct slice none = { "", 0 };
	struct pool *work = subscription_pool();
	const struct pool_node *node, *vassal;

	if (!p->usable || !subscription_pool_load(p, n->key))
		return false;
	node = pool_find(work, n->name, none);
	vassal = pool_find(work, none, n->vassal);
	return (node != NULL && (node->flags & POOL_SIGNED) != 0) ||
	       (vassal != NULL && (vassal->flags & POOL_SIGNED) != 0);
}
