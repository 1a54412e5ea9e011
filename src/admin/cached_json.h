/* SPDX-License-Identifier: BSD-2-Clause */
/* An item of a cache with its nodes, as it lies in the shared memory, for the API. */
#ifndef ADMIN_CACHED_JSON_H
#define ADMIN_CACHED_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"
#include "core/cache_item.h"
#include "core/slice.h"

struct text;

/* An item, copied: its slices point into the entry. */
struct cached_item {
	struct shared_entry entry;
	struct slice        value;
	enum cache_origin   origin;
	uint64_t            end_ms;	/* of a live one; 0: it has no end */
	struct pool         pool;
};

/* false: the entry is damaged, or its item has ended. item->entry is set. */
bool cached_json_read(struct cached_item *item) MUST_CHECK;
/* false: there is no such item. */
bool cached_json_find(const char *cache, struct slice key, struct cached_item *item) MUST_CHECK;

/* `"value":"...","origin":"live","expires_seconds":null,"nodes":[...]` */
void cached_json_print(const struct cached_item *item, struct text *out);
/* The same as an object, of the key of that cache. false: there is no such item. */
bool cached_json_key(const char *cache, struct slice key, struct text *out) MUST_CHECK;

#endif
