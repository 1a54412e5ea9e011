/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/cache_leave.h"

#include "core/log.h"
#include "event/event.h"

#define LEAVE_MS 60000
#define NO_READING 0	/* number of a line that no reading has found */

void cache_leave_begin(struct cache *c)
{
	c->leaves = true;
	c->leaves_ms = loop_now();
}

bool cache_leave_lasts(const struct cache *c)
{
	return c->leaves && c->conf->script != NULL;
}

void cache_leave_end(struct cache *c)
{
	if (!c->leaves)
		return;
	c->leaves = false;
	if (!c->reader.whole)
		return;	/* a reading ends with that, too */
	c->clean = true;
	c->walk = (struct shared_walk){ 0 };
}

void cache_leave_tick(struct cache *c)
{
	if (c->leaves && loop_now() - c->leaves_ms >= LEAVE_MS)
		cache_leave_end(c);
}

bool cache_leave_item(struct cache *c, struct slice key, struct slice value)
{
	return cache_set(c, key, value, cache_item_stamp(CACHE_FILE, NO_READING), true) ==
	       CACHE_DONE;
}

bool cache_leave_mark(struct cache *c, struct slice key, struct slice entry)
{
	return shared_table_put(&c->table, key, entry, cache_item_stamp(CACHE_FILE, NO_READING),
				true) < SHARED_PUT_REFUSED;
}

bool cache_leave_gone(const struct cache *c, uint64_t stamp)
{
	return cache_item_stamp_origin(stamp) == CACHE_FILE &&
	       (cache_item_stamp_number(stamp) == NO_READING || c->conf->file == NULL);
}

/* Lines that the last reading has not found are, too. */
bool cache_leave_has(const struct cache *c, uint64_t stamp)
{
	return cache_leave_gone(c, stamp) ||
	       (cache_item_stamp_origin(stamp) == CACHE_FILE && c->reader.whole &&
		cache_item_stamp_number(stamp) != c->reader.number);
}

bool cache_leave_get(struct cache *c, struct slice key, struct slice *value, uint64_t *stamp)
{
	return cache_get(c, key, value, stamp) &&
	       !(cache_leave_lasts(c) && cache_leave_has(c, *stamp));
}
