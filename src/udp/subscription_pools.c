/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/subscription_pools.h"

#include <stdio.h>
#include <string.h>

#include "core/log.h"
#include "core/pool_cell.h"
#include "core/pool_table.h"
#include "proxy/pool_balance.h"
#include "udp/known_part.h"
#include "udp/pool_owner.h"

#define LINES 100		/* of the log a second, about nodes that come and go */
#define SWEEP_STEPS 500		/* of a walk, at least */
#define SWEEP_PARTS 50		/* in so many the whole table is walked */

/* Where a pool is read, changed and written: one process does that, one pool after the other. */
static struct {
	struct shared_entry entry;
	struct pool         pool;
	char                value[POOL_VALUE_MAX];
} work;

/* The words are uWSGI's: people search for them. */
static void log_node(const struct subscription_pools *p, const char *event, struct slice key,
		     const struct pool_node *n, const char *what, const char *why)
{
	static struct log_limit limit;
	const struct log_subject about = { .event = event };
	struct slice name = n->name.len != 0 ? n->name : n->vassal;

	if (log_limited(&limit, LINES))
		log_about(LEVEL_INFO, &about, "subscriptions %s: %.*s => %s%.*s%s", p->server,
			  (int)key.len, key.data, what, (int)name.len, name.data, why);
}

static void report_full(struct subscription_pools *p, struct slice key, const char *limit,
			unsigned long most)
{
	static const struct log_subject about = { .event = "limit_reached" };
	static struct log_limit again;

	if (!p->full || log_limited(&again, 1))
		log_about(LEVEL_WARN, &about, "subscriptions %s: a node of %.*s is not added: "
			  "%s: %lu is reached", p->server, (int)key.len, key.data, limit, most);
	p->full = true;
}

uint64_t subscription_pools_keys(const struct subscription_pools *p)
{
	return p->usable ? shared_table_count(&p->table) : 0;
}

/* Into work.pool. false: there is none. */
static bool load(struct subscription_pools *p, struct slice key)
{
	work.pool.count = 0;
	return shared_table_get(&p->table, key, &work.entry) &&
	       pool_read(&work.pool, work.entry.value);
}

/* An empty pool is none. false: no room. */
static bool store(struct subscription_pools *p, struct slice key)
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

static uint16_t weight_of(uint64_t weight)
{
	return weight == 0 ? 1 : weight > POOL_WEIGHT_MAX ? POOL_WEIGHT_MAX : (uint16_t)weight;
}

static uint16_t small(uint64_t number)
{
	return number > UINT16_MAX ? UINT16_MAX : (uint16_t)number;
}

static void refresh(uint32_t index, const struct subscription_node *n, uint64_t now_ms)
{
	struct pool_cell *c = pool_cell(index);

	if (c == NULL)
		return;
	atomic_store_explicit(&c->announced, pool_clock(now_ms), memory_order_relaxed);
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
		const struct pool_cell *c = pool_cell(pool->nodes[i].cell);
		uint64_t pass = c != NULL ? atomic_load(&c->pass) : 0;

		if (c == NULL || pool->nodes[i].backup != n->backup || &pool->nodes[i] == n)
			continue;
		if (!any || (int64_t)(pass - least) < 0)
			least = pass;
		any = true;
	}
	return pool_balance_start(least, n->weight);
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
	const struct subscription_conf *conf = p->conf;

	*most = conf->max_keys;
	if (work.pool.count == 0 && subscription_pools_keys(p) >= conf->max_keys)
		return "max_keys";
	*most = conf->max_nodes;
	if (p->nodes >= conf->max_nodes)
		return "max_nodes";
	*most = conf->max_nodes_per_key;
	if (work.pool.count >= conf->max_nodes_per_key || work.pool.count == POOL_NODES_MAX)
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
	log_node(p, "subscription_added", n->key, node, "new node: ", text);
}

static enum subscription_result add(struct subscription_pools *p,
				    const struct subscription_node *n, uint64_t now_ms)
{
	char host[POOL_HOST];
	struct pool_node *node;
	unsigned long most;
	const char *limit = limit_of(p, n, &most);
	enum pool_balance balance = POOL_BALANCES;

	if (limit != NULL) {
		report_full(p, n->key, limit, most);
		return SUBSCRIPTION_OVER_LIMIT;
	}
	if (work.pool.count == 0) {
		if (!pool_balance_read(n->algo, &balance))
			balance = POOL_BALANCES;
		work.pool.balance = (uint8_t)balance;
	}
	node = &work.pool.nodes[work.pool.count];
	*node = (struct pool_node){ .cell = pool_owner_take() };
	if (node->cell == POOL_CELL_NONE) {
		report_full(p, n->key, "nodes of all servers", pool_cells_most());
		return SUBSCRIPTION_OVER_LIMIT;
	}
	work.pool.count++;
	node->generation = atomic_load(&pool_cell(node->cell)->generation);
	(void)update(node, n, host);
	atomic_store(&pool_cell(node->cell)->pass, first_pass(&work.pool, node));
	refresh(node->cell, n, now_ms);
	if (!store(p, n->key)) {
		pool_owner_give(node->cell);
		report_full(p, n->key, "bytes of a key's nodes", POOL_VALUE_MAX);
		return SUBSCRIPTION_OVER_LIMIT;
	}
	p->nodes++;
	log_added(p, n, node);
	return SUBSCRIPTION_NEW;
}

enum subscription_result subscription_pools_put(struct subscription_pools *p,
						const struct subscription_node *n, uint64_t now_ms)
{
	char host[POOL_HOST];
	struct pool_node *node;
	uint8_t level;
	bool runs;

	if (!p->usable)
		return SUBSCRIPTION_OVER_LIMIT;
	node = load(p, n->key) ? pool_find(&work.pool, n->name, n->vassal) : NULL;
	if (node == NULL)
		return add(p, n, now_ms);
	level = node->backup;
	runs = node->host.len != 0;
	refresh(node->cell, n, now_ms);
	if (!update(node, n, host))
		return SUBSCRIPTION_REFRESH;
	if (!runs && node->host.len != 0 && pool_cell(node->cell) != NULL)
		atomic_store(&pool_cell(node->cell)->hold, 0);	/* its vassal has started */
	/* turns are counted among those of a level */
	if (node->backup != level && pool_cell(node->cell) != NULL)
		atomic_store(&pool_cell(node->cell)->pass, first_pass(&work.pool, node));
	return store(p, n->key) ? SUBSCRIPTION_REFRESH : SUBSCRIPTION_OVER_LIMIT;
}

/* Readers that have the pool as it was before find a cell that is nobody's. */
static void take_out(struct subscription_pools *p, struct slice key, struct pool_node *node)
{
	uint16_t at = (uint16_t)(node - work.pool.nodes);
	uint32_t cell = node->cell;

	memmove(node, node + 1, (size_t)(work.pool.count - at - 1) * sizeof(*node));
	work.pool.count--;
	p->nodes -= p->nodes != 0;
	p->full = false;
	if (!store(p, key))	/* it was longer before */
		log_write(LEVEL_ERROR, "subscriptions %s: no memory", p->server);
	pool_owner_give(cell);
}

static void log_removed(const struct subscription_pools *p, struct slice key,
			const struct pool_node *node, const char *why)
{
	log_node(p, "subscription_removed", key, node, "marking ", why);
}

bool subscription_pools_remove(struct subscription_pools *p, const struct subscription_node *n,
			       bool keep_vassal, const char *why)
{
	struct pool_node *node;

	if (!p->usable || !load(p, n->key))
		return false;
	node = pool_find(&work.pool, n->name, n->vassal);
	if (node == NULL)
		return false;
	log_removed(p, n->key, node, why);
	if (!keep_vassal || node->vassal.len == 0) {
		take_out(p, n->key, node);
		return true;
	}
	node->name.len = node->host.len = 0;
	return store(p, n->key);
}

static bool is_old(const struct subscription_pools *p, const struct pool_node *n, uint64_t now_ms)
{
	const struct pool_cell *c = pool_cell(n->cell);

	return (n->flags & POOL_STATIC) == 0 &&
	       (c == NULL || pool_cell_age(c, now_ms) > p->conf->tolerance_ms);
}

static struct pool_node *find_old(const struct subscription_pools *p, uint64_t now_ms)
{
	for (uint16_t i = 0; i < work.pool.count; i++) {
		if (is_old(p, &work.pool.nodes[i], now_ms))
			return &work.pool.nodes[i];
	}
	return NULL;
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
	while (load(p, key) && (node = find_old(p, now_ms)) != NULL) {
		log_removed(p, key, node, why);
		take_out(p, key, node);
	}
}

void subscription_pools_sweep(struct subscription_pools *p, uint64_t now_ms)
{
	uint64_t left = subscription_pools_keys(p) / SWEEP_PARTS + SWEEP_STEPS;
	enum shared_next next = SHARED_NEXT_ENTRY;
	struct shared_view view;

	if (!p->usable)
		return;
	for (p->walk.steps = (unsigned)left; left != 0 && next == SHARED_NEXT_ENTRY; left--) {
		next = shared_table_view(&p->table, &p->walk, &view);
		if (next != SHARED_NEXT_ENTRY || !pool_read(&work.pool, view.value))
			continue;
		if (find_old(p, now_ms) != NULL)
			remove_old(p, view.key, now_ms);
	}
	if (next == SHARED_NEXT_END)
		p->walk = (struct shared_walk){ 0 };
}

/* Cells of nodes that a predecessor has left. A node without one is dropped. */
static void mark_nodes(struct subscription_pools *p)
{
	struct shared_walk walk = { .steps = UINT32_MAX };
	struct shared_view view;

	while (shared_table_view(&p->table, &walk, &view) == SHARED_NEXT_ENTRY) {
		if (!pool_read(&work.pool, view.value))
			continue;
		for (uint16_t i = 0; i < work.pool.count; i++) {
			const struct pool_node *n = &work.pool.nodes[i];

			p->nodes += pool_owner_mark(n->cell, n->generation);
		}
	}
}

void subscription_pools_open(struct subscription_pools *p, const char *server,
			     const struct subscription_conf *conf)
{
	struct shared_region *region = known_table_region();
	char name[SHARED_TABLE_NAME + 1];

	*p = (struct subscription_pools){ .server = server, .conf = conf };
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
	struct shared_walk walk = { .steps = UINT32_MAX };
	struct shared_view view;

	if (!p->usable)
		return;
	while (shared_table_view(&p->table, &walk, &view) == SHARED_NEXT_ENTRY) {
		if (!pool_read(&work.pool, view.value))
			continue;
		for (uint16_t i = 0; i < work.pool.count; i++)
			pool_owner_give(work.pool.nodes[i].cell);
	}
	shared_table_drop(&p->table);
	p->usable = false;
	known_part_dropped();
}
