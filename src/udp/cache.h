/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A cache as the resolver process has it, which alone changes its items; where they lie, and how
 * others read them, is in core/cache_item.h.
 */
#ifndef UDP_CACHE_H
#define UDP_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "config/config_cache.h"
#include "core/base.h"
#include "core/cache_item.h"
#include "core/list.h"
#include "core/map.h"
#include "core/slice.h"
#include "udp/cache_persist_struct.h"
#include "udp/cache_reader_struct.h"

struct object;

struct cache {
	struct list              link;
	struct object           *object;
	const struct cache_conf *conf;	/* of the object */
	struct shared_table      table;
	bool                     usable;	/* there is a table */
	bool                     found;		/* just now, with the items of a predecessor */
	bool                     unread;	/* the file is to be read */
	bool                     scripted;	/* its script has run once, or will not */
	bool                     leaves;	/* its script is to run: see cache_leave.h */
	uint64_t                 leaves_ms;	/* ... since then */
	uint64_t                 made_ms;	/* when it came to this process */
	bool                     changed;	/* ... and is another one: its lines go first */
	bool                     unloaded;	/* so is that of `persist` */
	struct cache_loading    *loading;	/* that is being read: cache_load.h; NULL */
	bool                     dirty;		/* live items are not persisted yet */
	struct map               entries;	/* those of `entries`: objects by key */
	bool                     lacking;	/* some of them had no room */
	uint64_t                 lacking_at;	/* removed, when that was found */
	struct map               covered;	/* lines with a live item in their place */
	struct cache_reader      reader;	/* of the mapping file */
	struct cache_persist     persist;
	struct shared_walk       walk;		/* of the search for items that have ended */
	bool                     clean;		/* the walk looks for lines that are gone */
	uint64_t                 sets, removed, refused;	/* items */
	uint64_t                 turned_away;	/* clients of the cache server */
};

/* A stamp: of a live item that has ended. */
#define CACHE_ITEM_OVER UINT64_C(1)

enum cache_result {
	CACHE_DONE,
	CACHE_EXISTS,	/* an item with the key is there, and was not to be replaced */
	CACHE_FULL,	/* max_items, max_memory, or heddle's own memory */
	CACHE_LONG,	/* key and value are more than CACHE_ITEM_MAX */
};

/* Makes or finds the table; the object passes to it. */
void cache_open(struct cache *c, struct object *object);
/* Another object with the same name. */
void cache_set_object(struct cache *c, struct object *object);
/* The items stay where they are, for a successor; with `drop` they are gone. */
void cache_close(struct cache *c, bool drop);

/* `replace`: also where an item with the key is there that has not ended. */
enum cache_result cache_set(struct cache *c, struct slice key, struct slice value, uint64_t stamp,
			    bool replace) MUST_CHECK;
/* false: there is no such item. The value and the stamp are valid until the next call. */
bool cache_get(struct cache *c, struct slice key, struct slice *value,
	       uint64_t *stamp) MUST_CHECK;
/* Of what the table has under the key, also if it has ended; false: nothing. */
bool cache_stamp(const struct cache *c, struct slice key, uint64_t *stamp) MUST_CHECK;
bool cache_remove(struct cache *c, struct slice key);	/* false: it was not there */
/* Of its live items: what is written down stays, or is there again. */
void cache_clear(struct cache *c);

uint64_t cache_items(const struct cache *c);
/* Workers are notified once all is there that is from the start; asked again and again. */
void cache_note_filled(struct cache *c);
/* The directive that leaves no room for another item; NULL: none does. */
const char *cache_full(const struct cache *c) MUST_CHECK;

/* One of `entries`: the object passes to the cache. */
void cache_put_entry(struct cache *c, struct object *object);
/* It becomes an item, in the place of what is there. false: there is no room. */
bool cache_set_entry(struct cache *c, const struct object *object) MUST_CHECK;
void cache_delete_entry(struct cache *c, struct slice key);
/* That was all of a change. */
void cache_entries_set(struct cache *c);
/* The file of `persist` was read. */
void cache_loaded(struct cache *c);

/*
 * Now and then: looks through a part of the items for those that have ended, and begins the file
 * of `persist`. true: go on soon.
 */
bool cache_sweep(struct cache *c, uint64_t now_ms);

#endif
