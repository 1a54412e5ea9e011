/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Caches in shared memory: a table for each (core/shared_table.h), which the resolver process
 * writes and all others read. The key of an entry is that of the item; its value has the value of
 * the item, and a pool of the nodes that this names (core/pool.h), none where it names none. The
 * stamp says where the item comes from, and until when it is one.
 */
#ifndef CORE_CACHE_ITEM_H
#define CORE_CACHE_ITEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base.h"
#include "core/pool.h"
#include "core/shared_table.h"
#include "core/slice.h"

#define CACHE_TABLE_PREFIX "c/"	/* no object has a slash in its name */
#define CACHE_ITEM_MAX 15000	/* bytes of a key and its value, with room for what they name */

enum cache_origin {
	CACHE_LIVE,	/* set by an application, or over the API with an end */
	CACHE_ENTRY,	/* one of `entries` */
	CACHE_FILE,	/* a line of the mapping file */
};

/* Of a live item: when it ends (clock_wall_ms()), 0 for never. Of a line: which reading it was. */
uint64_t cache_item_stamp(enum cache_origin origin, uint64_t number);
enum cache_origin cache_item_stamp_origin(uint64_t stamp);
uint64_t cache_item_stamp_number(uint64_t stamp);
/* Whether it has ended. */
bool cache_item_stamp_over(uint64_t stamp, uint64_t now_ms);

struct slice cache_item_table_name(const char *cache, char buf[SHARED_TABLE_NAME + 1]);
/* For readers. false: there is none (yet). */
bool cache_item_table_find(const char *cache, struct shared_table *t) MUST_CHECK;

/* Slices point into the entry. false: damaged. */
bool cache_item_read(struct slice entry, struct slice *value, struct pool *pool) MUST_CHECK;
/* Bytes written; 0: more than `size`. */
size_t cache_item_write(struct slice value, const struct pool *pool, char *out,
			size_t size) MUST_CHECK;

#endif
