/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/cache.h"

#include <string.h>

#include "config/object.h"
#include "core/cache_value.h"
#include "core/clock.h"
#include "core/known_table.h"
#include "core/log.h"
#include "core/pool_cell.h"
#include "proxy/pool_balance.h"
#include "udp/cache_table.h"
#include "udp/pool_owner.h"

#define MEMBERS_MOST 256	/* of a value; further ones are not used */

/* Where an item is read, changed and written: one process does that, one after the other. */
static struct {
	struct shared_entry entry;	/* as it is */
	struct slice        value;
	struct pool         before, pool;
	bool                taken[MEMBERS_MOST];	/* by node: its cell is a new one */
	char                bytes[SHARED_TABLE_BYTES];
} work;

uint64_t cache_items(const struct cache *c)
{
	return c->usable ? shared_table_count(&c->table) : 0;
}

/* false: there is none. It may have ended. */
static bool load(struct cache *c, struct slice key)
{
	work.before.count = 0;
	return c->usable && shared_table_get(&c->table, key, &work.entry) &&
	       cache_item_read(work.entry.value, &work.value, &work.before);
}

/* That of the same node of the item as it was, if no other member has it yet; else a new one. */
static uint32_t take_cell(const struct cache_member *m, bool *taken)
{
	uint32_t cell;

	*taken = false;
	for (uint16_t i = 0; i < work.before.count; i++) {
		struct pool_node *n = &work.before.nodes[i];

		if (!slice_equal(n->name, m->text) || pool_node_cell(n) == NULL)
			continue;
		cell = n->cell;
		n->name.len = 0;
		n->cell = POOL_CELL_NONE;
		return cell;
	}
	*taken = true;
	return pool_owner_take();
}

/* New nodes have their first turn where the others are. */
static void start_turns(void)
{
	uint64_t least = 0;
	bool any = false;

	for (uint16_t i = 0; i < work.pool.count; i++) {
		uint64_t pass = atomic_load(&pool_cell(work.pool.nodes[i].cell)->pass);

		if (work.taken[i])
			continue;
		if (!any || (int64_t)(pass - least) < 0)
			least = pass;
		any = true;
	}
	for (uint16_t i = 0; i < work.pool.count; i++) {
		if (work.taken[i])
			atomic_store(&pool_cell(work.pool.nodes[i].cell)->pass,
				     pool_balance_start(least, 1));
	}
}

/* Bad members are passed over. `hosts` has POOL_HOST bytes for each. false: no cells are left. */
static bool add_members(struct slice value, char (*hosts)[POOL_HOST])
{
	char why[CACHE_VALUE_WHY];
	struct cache_member m;
	enum cache_value_next next;

	work.pool.count = 0;
	work.pool.balance = POOL_WRR;
	while (work.pool.count < MEMBERS_MOST &&
	       (next = cache_value_next(&value, &m, why)) != CACHE_VALUE_END) {
		uint16_t at = work.pool.count;
		struct pool_node *n = &work.pool.nodes[at];

		if (next == CACHE_VALUE_BAD || m.text.len > UINT8_MAX)
			continue;
		*n = (struct pool_node){ .cell = take_cell(&m, &work.taken[at]),
					 .weight = 1, .modifier1 = m.modifier1,
					 .modifier2 = m.modifier2, .flags = POOL_STATIC,
					 .name = m.text };
		if (n->cell == POOL_CELL_NONE)
			return false;
		n->host = pool_host(&m.addr, hosts[at]);
		n->generation = atomic_load(&pool_cell(n->cell)->generation);
		work.pool.count++;
	}
	start_turns();
	return true;
}

static void give_taken(void)
{
	for (uint16_t i = 0; i < work.pool.count; i++) {
		if (work.taken[i])
			pool_owner_give(work.pool.nodes[i].cell);
	}
}

static void give_cells(const struct pool *pool)
{
	for (uint16_t i = 0; i < pool->count; i++) {
		if (pool->nodes[i].cell != POOL_CELL_NONE)
			pool_owner_give(pool->nodes[i].cell);
	}
}

static bool has_memory(const struct cache *c)
{
	return shared_table_bytes(&c->table) < c->conf->max_memory;
}

const char *cache_full(const struct cache *c)
{
	if (cache_items(c) >= c->conf->max_items)
		return "max_items";
	return has_memory(c) ? NULL : "max_memory";
}

static bool has_room(const struct cache *c, bool is_new)
{
	return is_new ? cache_full(c) == NULL : has_memory(c);
}

static bool store(struct cache *c, struct slice key, struct slice value, uint64_t stamp)
{
	size_t len = cache_item_write(value, &work.pool, work.bytes, sizeof(work.bytes));

	return len != 0 && shared_table_put(&c->table, key, (struct slice){ work.bytes, len },
					    stamp, true) < SHARED_PUT_REFUSED;
}

static enum cache_result refuse(struct cache *c, enum cache_result why)
{
	static const struct log_subject about = { .event = "limit_reached" };
	static struct log_limit limit;

	c->refused++;
	if (why == CACHE_FULL && cache_full(c) == NULL && log_limited(&limit, 1))
		log_about(LEVEL_WARN, &about, "cache %s: no shared memory is left: an item is not "
			  "added", c->object->name);
	else if (why == CACHE_FULL && log_limited(&limit, 1))
		log_about(LEVEL_WARN, &about, "cache %s: is full: an item is not added; max_items "
			  "%u, max_memory %llu", c->object->name, c->conf->max_items,
			  (unsigned long long)c->conf->max_memory);
	return why;
}

/* Another value of the same item: what is known of nodes that both have is kept. */
static enum cache_result replace(struct cache *c, struct slice key, struct slice value,
				 uint64_t stamp)
{
	static char hosts[MEMBERS_MOST][POOL_HOST];

	if (!add_members(value, hosts) || !store(c, key, value, stamp)) {
		give_taken();	/* the item is as it was */
		return refuse(c, CACHE_FULL);
	}
	give_cells(&work.before);
	return CACHE_DONE;
}

/* Only those are persisted. */
static bool is_live(uint64_t stamp)
{
	return cache_item_stamp_origin(stamp) == CACHE_LIVE;
}

enum cache_result cache_set(struct cache *c, struct slice key, struct slice value, uint64_t stamp,
			    bool replaces)
{
	bool there;

	if (!c->usable) {
		c->refused++;
		return CACHE_FULL;
	}
	if (key.len > UINT16_MAX || key.len + value.len > CACHE_ITEM_MAX)
		return refuse(c, CACHE_LONG);
	there = load(c, key);
	if (there && !replaces && !cache_item_stamp_over(work.entry.stamp, clock_wall_ms()))
		return CACHE_EXISTS;
	if (!has_room(c, !there))
		return refuse(c, CACHE_FULL);
	c->dirty |= is_live(stamp) || (there && is_live(work.entry.stamp));
	c->sets++;
	if (!there || !slice_equal(work.value, value))
		return replace(c, key, value, stamp);
	/* the same: only the stamp is set */
	return shared_table_put(&c->table, key, work.entry.value, stamp, true) < SHARED_PUT_REFUSED
		? CACHE_DONE : refuse(c, CACHE_FULL);
}

bool cache_get(struct cache *c, struct slice key, struct slice *value, uint64_t *stamp)
{
	if (!load(c, key) || cache_item_stamp_over(work.entry.stamp, clock_wall_ms()))
		return false;
	*value = work.value;
	*stamp = work.entry.stamp;
	return true;
}

bool cache_stamp(const struct cache *c, struct slice key, uint64_t *stamp)
{
	if (!c->usable || !shared_table_get(&c->table, key, &work.entry))
		return false;
	*stamp = work.entry.stamp;
	return true;
}

/* With its stamp alone: that needs no memory. */
static void take_out(struct cache *c, struct slice key)
{
	if (c->loading != NULL &&
	    shared_table_put(&c->table, key, work.entry.value, CACHE_ITEM_OVER, true) <
	    SHARED_PUT_REFUSED)
		return;
	(void)shared_table_remove(&c->table, key);
	give_cells(&work.before);
}

bool cache_remove(struct cache *c, struct slice key)
{
	bool over;

	if (!load(c, key))
		return false;
	over = cache_item_stamp_over(work.entry.stamp, clock_wall_ms());
	take_out(c, key);
	c->dirty |= is_live(work.entry.stamp);
	c->removed += !over;
	return !over;
}

/* Cells of what a predecessor has left. false: one is another item's: the memory was damaged. */
static bool mark(const struct pool *pool)
{
	bool ok = true;

	for (uint16_t i = 0; i < pool->count; i++) {
		if (!pool_owner_mark(pool->nodes[i].cell, pool->nodes[i].generation))
			ok = false;
	}
	return ok;
}

/* The same value with nodes of its own. */
static void set_again(struct cache *c, const struct shared_view *view)
{
	static char key[CACHE_ITEM_MAX], value[CACHE_ITEM_MAX];
	struct slice k = { key, view->key.len }, v = { value, work.value.len };
	uint64_t stamp = view->stamp;

	if (k.len > sizeof(key) || v.len > sizeof(value))
		return;
	memcpy(key, view->key.data, k.len);
	memcpy(value, work.value.data, v.len);
	(void)shared_table_remove(&c->table, k);
	if (cache_set(c, k, v, stamp, true) != CACHE_DONE)
		log_write(LEVEL_ERROR, "cache %s: no room for an item that was damaged",
			  c->object->name);
}

static void mark_nodes(struct cache *c)
{
	struct shared_walk walk = { .steps = UINT32_MAX };
	struct shared_view view;

	while (shared_table_view(&c->table, &walk, &view) == SHARED_NEXT_ENTRY) {
		c->found = true;
		if (cache_item_read(view.value, &work.value, &work.pool) && !mark(&work.pool))
			set_again(c, &view);
	}
}

bool cache_table_open(struct cache *c)
{
	struct shared_region *region = known_table_region();
	char name[SHARED_TABLE_NAME + 1];

	c->usable = region != NULL && region->own != NULL && shared_table_left(region) &&
		    shared_table_create(region, cache_item_table_name(c->object->name, name),
					&c->table);
	if (c->usable)
		mark_nodes(c);
	return c->usable;
}

void cache_table_report(const struct cache *c)
{
	static const struct log_subject about = { .event = "limit_reached" };
	struct shared_region *region = known_table_region();

	if (region != NULL && shared_table_left(region))
		log_about(LEVEL_ERROR, &about, "cache %s: no shared memory is left: it has no "
			  "items", c->object->name);
	else
		log_about(LEVEL_ERROR, &about, "cache %s: it has no items: there are %d tables at "
			  "most, of which each cache has one, and a subscription server some",
			  c->object->name, SHARED_TABLES);
}

void cache_table_drop(struct cache *c)
{
	struct shared_walk walk = { .steps = UINT32_MAX };
	struct shared_view view;

	/* who finds an item whose cells are gone waits for what comes next */
	shared_table_set_filled(&c->table, false);
	while (shared_table_view(&c->table, &walk, &view) == SHARED_NEXT_ENTRY) {
		if (cache_item_read(view.value, &work.value, &work.pool))
			give_cells(&work.pool);
	}
	shared_table_drop(&c->table);
	c->usable = false;
}
