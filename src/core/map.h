/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A hash map from bytes to pointers: the one look-up by name, address or number. A copy of a map
 * shares everything with the original and costs one counter; what is then set in either is not
 * seen in the other. Keys belong to their values: a map never copies them.
 */
#ifndef CORE_MAP_H
#define CORE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/slice.h"

struct map_node;

/* All zero: an empty map that does not own its values. */
struct map {
	struct map_node *root;
	size_t           count;		/* of keys */
	/* Called for a value that no map has any more. NULL: the map does not own its values. */
	void           (*release)(void *value);
};

/* A number as a key: it must live where it is as long as its value. */
static inline struct slice map_number(const uint32_t *number)
{
	return (struct slice){ (const char *)number, sizeof(*number) };
}

/* The value at `key`, or NULL. */
void *map_get(const struct map *map, struct slice key);
/*
 * Sets the value (not NULL) at `key`; the value before is released. The bytes of `key` must live
 * as long as the value is in any map. A reference to `value` passes from the caller to the map.
 */
void map_set(struct map *map, struct slice key, void *value);
/* false: it was not there. */
bool map_remove(struct map *map, struct slice key);

/* A second map with the same content, in constant time. */
struct map map_share(const struct map *map);
/* Releases everything; the map is empty then. */
void map_clear(struct map *map);

/* Calls `each` for every value, in no particular order. The map must not be changed meanwhile. */
void map_each(const struct map *map, void (*each)(void *value, void *arg), void *arg);

#endif
