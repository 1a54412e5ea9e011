/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/cache_cover.h"

#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/log.h"
#include "event/event.h"
#include "udp/cache_leave.h"
#include "udp/cache_table.h"

struct covered_line {
	uint64_t stamp;
	size_t   key, value;	/* bytes of both */
	char     bytes[];
};

void cache_cover_line(struct cache *c, struct slice key, struct slice value, uint64_t stamp)
{
	struct covered_line *l = malloc(sizeof(*l) + key.len + value.len);

	CHECK(l != NULL);
	l->stamp = stamp;
	l->key = key.len;
	l->value = value.len;
	memcpy(l->bytes, key.data, key.len);
	memcpy(l->bytes + key.len, value.data, value.len);
	(void)map_remove(&c->covered, key);	/* its bytes go with it */
	map_set(&c->covered, (struct slice){ l->bytes, l->key }, l);
}

void cache_cover_forget(struct cache *c, struct slice key)
{
	(void)map_remove(&c->covered, key);
}

/* What is set goes before what is left. */
static void make_room(struct cache *c)
{
	cache_leave_end(c);
	while (c->clean)
		(void)cache_sweep(c, loop_wall_ms());
}

enum cache_result cache_cover_set(struct cache *c, struct slice key, struct slice value,
				  uint64_t end_ms, bool replaces)
{
	struct slice there;
	uint64_t stamp;
	bool left;

	if (cache_leave_lasts(c) && cache_full(c) != NULL)
		make_room(c);
	left = cache_leave_lasts(c) && cache_stamp(c, key, &stamp) && cache_leave_has(c, stamp);
	if (!left && replaces && cache_get(c, key, &there, &stamp) &&
	    cache_item_stamp_origin(stamp) == CACHE_FILE)
		cache_cover_line(c, key, there, stamp);
	return cache_set(c, key, value, cache_item_stamp(CACHE_LIVE, end_ms), replaces || left);
}

/* false: there is none, or a later reading has not found it. */
static bool set_line(struct cache *c, struct slice key)
{
	const struct covered_line *l = map_get(&c->covered, key);

	if (l == NULL || (c->reader.fd == -1 &&
			  cache_item_stamp_number(l->stamp) != c->reader.number))
		return false;
	return cache_set(c, key, (struct slice){ l->bytes + l->key, l->value }, l->stamp, true) ==
	       CACHE_DONE;
}

void cache_cover_end(struct cache *c, struct slice seen)
{
	static char text[UINT16_MAX];
	struct slice key = { text, seen.len };
	const struct object *entry;

	memcpy(text, seen.data, seen.len);	/* that goes */
	entry = map_get(&c->entries, key);
	if (!(entry != NULL && cache_set_entry(c, entry)) && !set_line(c, key))
		(void)cache_remove(c, key);
	cache_cover_forget(c, key);
}

void cache_cover_clear(struct cache *c)
{
	struct shared_walk walk = { .steps = UINT32_MAX };
	struct shared_view view;

	while (shared_table_view(&c->table, &walk, &view) == SHARED_NEXT_ENTRY) {
		if (cache_item_stamp_origin(view.stamp) == CACHE_LIVE)
			cache_cover_end(c, view.key);
	}
}

/* Not in the place of anything that is there again when it ends. */
static bool is_alone(const struct cache *c, struct slice key)
{
	return map_get(&c->entries, key) == NULL && map_get(&c->covered, key) == NULL;
}

void cache_cover_leave(struct cache *c)
{
	struct shared_walk walk = { .steps = UINT32_MAX };
	uint64_t now = clock_wall_ms();
	struct shared_view view;

	c->dirty = true;
	while (shared_table_view(&c->table, &walk, &view) == SHARED_NEXT_ENTRY) {
		if (cache_item_stamp_origin(view.stamp) != CACHE_LIVE)
			continue;
		if (cache_item_stamp_over(view.stamp, now) || !is_alone(c, view.key) ||
		    !cache_leave_mark(c, view.key, view.value))
			cache_cover_end(c, view.key);
	}
}
