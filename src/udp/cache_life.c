/* SPDX-License-Identifier: BSD-2-Clause */
/* A cache from its beginning to its end: its entries, and items that have ended. */
#include <stdlib.h>
#include <string.h>

#include "config/object.h"
#include "core/clock.h"
#include "core/log.h"
#include "event/event.h"
#include "udp/cache.h"
#include "udp/cache_cover.h"
#include "udp/cache_leave.h"
#include "udp/cache_load.h"
#include "udp/cache_persist.h"
#include "udp/cache_reader.h"
#include "udp/cache_table.h"
#include "udp/known_part.h"

#define SWEEP_STEPS 500		/* of a walk, at least */
#define SWEEP_PARTS 50		/* in so many the whole table is walked */
#define CLEAN_STEPS 5000	/* of a walk for lines that are gone */
#define CLEAN_US 20000		/* of the first walk, before the change is answered */
#define SCRIPT_MS 5000		/* that clients wait for a script at most */

static void release_object(void *value)
{
	object_release(value);
}

void cache_open(struct cache *c, struct object *object)
{
	c->object = object;
	c->conf = object->conf;
	c->entries.release = release_object;
	c->covered.release = free;
	if (!cache_table_open(c))
		cache_table_report(c);
	c->made_ms = loop_now();
	cache_reader_setup(&c->reader, c);
	c->unloaded = true;
}

bool cache_set_entry(struct cache *c, const struct object *object)
{
	const struct cache_entry_conf *conf = object->conf;

	return cache_set(c, slice_of(object->name), slice_of(conf->value),
			 cache_item_stamp(CACHE_ENTRY, 0), true) == CACHE_DONE;
}

static void set_missing(void *object, void *arg)
{
	struct cache *c = arg;
	struct slice value;
	uint64_t stamp;

	if (cache_get(c, slice_of(((const struct object *)object)->name), &value, &stamp) &&
	    cache_item_stamp_origin(stamp) != CACHE_FILE)
		return;
	c->lacking |= cache_full(c) != NULL || !cache_set_entry(c, object);
}

/* There is room again: of what is configured nothing is left out. */
static void set_lacking(struct cache *c)
{
	c->lacking = false;
	map_each(&c->entries, set_missing, c);
	c->lacking_at = c->removed;
}

void cache_set_object(struct cache *c, struct object *object)
{
	struct object *before = c->object;
	const struct cache_conf *was = before->conf;

	if (!cache_persist_same(was, object->conf))
		cache_load_finish(c);	/* it is the file of another path */
	c->object = object;
	c->conf = object->conf;
	cache_persist_changed(c, was);
	if (c->conf->max_items > was->max_items || c->conf->max_memory > was->max_memory) {
		set_lacking(c);
		c->unread |= c->reader.full;
	}
	object_release(before);
}

void cache_close(struct cache *c, bool drop)
{
	cache_reader_stop(&c->reader);
	if (drop)
		cache_persist_stop(c);
	else
		cache_persist_finish(c);
	cache_load_stop(c);
	map_clear(&c->entries);
	map_clear(&c->covered);
	if (drop && c->usable) {
		cache_table_drop(c);
		known_part_dropped();
	}
	object_release(c->object);
}

void cache_clear(struct cache *c)
{
	if (!c->usable)
		return;
	cache_load_clear(c);
	if (c->entries.count != 0 || c->conf->file != NULL || cache_leave_lasts(c)) {
		cache_cover_clear(c);
		return;
	}
	c->removed += cache_items(c);
	c->dirty = true;
	cache_table_drop(c);
	known_part_dropped();
	if (cache_table_open(c))
		shared_table_set_loaded(&c->table);
	else
		cache_table_report(c);
	cache_note_filled(c);
}

void cache_put_entry(struct cache *c, struct object *object)
{
	struct slice key = slice_of(object->name), value;
	uint64_t stamp;
	bool same = map_get(&c->entries, key) == NULL && c->found &&
		    cache_get(c, key, &value, &stamp) &&
		    cache_item_stamp_origin(stamp) == CACHE_LIVE;

	map_set(&c->entries, key, object);
	/* an application has set it, and this process is the successor of the one that knew it */
	if (same)
		return;
	if (cache_set_entry(c, object))
		return;
	c->lacking = true;
	c->lacking_at = c->removed;
	if (c->usable)
		log_write(LEVEL_ERROR, "cache %s: no room for the entry %s", c->object->name,
			  object->name);
}

/*
 * An entry has gone: it stays until the file is read, or the script has run, which may have another
 * one for the key.
 */
static bool leave_entry(struct cache *c, struct slice key, struct slice value)
{
	if (c->conf->file == NULL && !cache_leave_lasts(c))
		return false;
	c->unread |= c->conf->file != NULL;
	return cache_leave_item(c, key, value);
}

void cache_delete_entry(struct cache *c, struct slice key)
{
	struct slice value;
	uint64_t stamp;

	if (!cache_get(c, key, &value, &stamp))
		stamp = cache_item_stamp(CACHE_FILE, 0);
	if (cache_item_stamp_origin(stamp) == CACHE_ENTRY && !leave_entry(c, key, value))
		(void)cache_remove(c, key);
	/* it was in the place of the entry, and is in that of a line now if there is one */
	c->unread |= cache_item_stamp_origin(stamp) == CACHE_LIVE && c->conf->file != NULL;
	(void)map_remove(&c->entries, key);
}

/* A script that does not end keeps nobody waiting for longer. */
void cache_note_filled(struct cache *c)
{
	bool scripted = c->conf->script == NULL || c->scripted ||
			loop_now() - c->made_ms >= SCRIPT_MS;

	if (c->usable && scripted && !c->unloaded && c->loading == NULL && !c->unread &&
	    c->reader.fd == -1 && !shared_table_filled(&c->table))
		shared_table_set_filled(&c->table, true);
}

/*
 * Behind the entries, which must have their room. A predecessor that has not come to the end of
 * the file has left a part of its items, and one that has may have removed all of them since.
 */
static void load_once(struct cache *c)
{
	if (!c->unloaded || !c->usable)
		return;
	c->unloaded = false;
	c->dirty = true;	/* as far as anybody knows */
	if (!shared_table_loaded(&c->table))
		cache_load(c);
}

void cache_entries_set(struct cache *c)
{
	bool keeps = !c->changed;

	load_once(c);
	c->found = false;
	if (!c->unread || c->loading != NULL)
		return;
	c->unread = c->changed = false;
	cache_reader_begin(&c->reader, keeps);
	/* lines that are gone, too, where that takes no time to speak of */
	for (uint64_t end = clock_us() + CLEAN_US; c->clean && clock_us() < end;)
		(void)cache_sweep(c, loop_wall_ms());
}

/* Lines go before what it had: they are read now. */
void cache_loaded(struct cache *c)
{
	cache_entries_set(c);
	cache_note_filled(c);
}

static bool is_over(const struct cache *c, struct slice key, uint64_t stamp, uint64_t now_ms)
{
	if (c->loading != NULL)
		return false;	/* what has ended says that it is newer than the file */
	switch (cache_item_stamp_origin(stamp)) {
	case CACHE_ENTRY:
		return map_get(&c->entries, key) == NULL;
	case CACHE_FILE:
		if (cache_leave_lasts(c) || c->reader.fd != -1 || c->unread)
			return false;
		return cache_leave_gone(c, stamp) ||
		       (c->clean && cache_item_stamp_number(stamp) != c->reader.number);
	case CACHE_LIVE:
		break;
	}
	return cache_item_stamp_over(stamp, now_ms);
}

/* Lines that have gone may have made room for those that had none. */
static void end_walk(struct cache *c)
{
	bool again = c->clean && c->reader.full && c->reader.gone != 0;

	c->clean = false;
	if (c->lacking && c->lacking_at != c->removed)
		set_lacking(c);
	if (!again)
		return;
	log_write(LEVEL_INFO, "cache %s: %s is read once more: %u lines that are gone have made "
		  "room", c->object->name, c->conf->file, c->reader.gone);
	cache_reader_begin(&c->reader, true);
}

/* Others that are removed make room for it. */
static bool open_late(struct cache *c)
{
	if (!cache_table_open(c))
		return false;
	log_write(LEVEL_NOTICE, "cache %s: there is room for its items now", c->object->name);
	set_lacking(c);
	c->unread = true;
	cache_entries_set(c);
	cache_note_filled(c);
	return true;
}

bool cache_sweep(struct cache *c, uint64_t now_ms)
{
	uint64_t left = c->clean ? CLEAN_STEPS : cache_items(c) / SWEEP_PARTS + SWEEP_STEPS;
	enum shared_next next = SHARED_NEXT_ENTRY;
	struct shared_view view;

	if (!c->usable && !open_late(c))
		return false;
	cache_persist_tick(c, loop_now());
	cache_leave_tick(c);
	for (c->walk.steps = (unsigned)left; left != 0 && next == SHARED_NEXT_ENTRY; left--) {
		next = shared_table_view(&c->table, &c->walk, &view);
		if (next == SHARED_NEXT_ENTRY && is_over(c, view.key, view.stamp, now_ms)) {
			c->reader.gone += cache_item_stamp_origin(view.stamp) == CACHE_FILE;
			cache_cover_end(c, view.key);
		}
	}
	if (next != SHARED_NEXT_END)
		return c->clean;
	c->walk = (struct shared_walk){ 0 };
	end_walk(c);
	return c->clean;
}
