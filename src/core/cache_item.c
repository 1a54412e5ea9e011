/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/cache_item.h"

#include <stdio.h>
#include <string.h>

#include "core/known_table.h"

#define ORIGIN_SHIFT 62
#define NUMBER ((UINT64_C(1) << ORIGIN_SHIFT) - 1)

uint64_t cache_item_stamp(enum cache_origin origin, uint64_t number)
{
	return (uint64_t)origin << ORIGIN_SHIFT | (number & NUMBER);
}

enum cache_origin cache_item_stamp_origin(uint64_t stamp)
{
	uint64_t origin = stamp >> ORIGIN_SHIFT;

	return origin <= CACHE_FILE ? (enum cache_origin)origin : CACHE_LIVE;
}

uint64_t cache_item_stamp_number(uint64_t stamp)
{
	return stamp & NUMBER;
}

bool cache_item_stamp_over(uint64_t stamp, uint64_t now_ms)
{
	uint64_t end = cache_item_stamp_number(stamp);

	return cache_item_stamp_origin(stamp) == CACHE_LIVE && end != 0 && end <= now_ms;
}

struct slice cache_item_table_name(const char *cache, char buf[SHARED_TABLE_NAME + 1])
{
	int len = snprintf(buf, SHARED_TABLE_NAME + 1, CACHE_TABLE_PREFIX "%s", cache);

	return (struct slice){ buf, (size_t)len < SHARED_TABLE_NAME ? (size_t)len
								    : SHARED_TABLE_NAME };
}

bool cache_item_table_find(const char *cache, struct shared_table *t)
{
	struct shared_region *region = known_table_region();
	char name[SHARED_TABLE_NAME + 1];

	return region != NULL && shared_table_find(region, cache_item_table_name(cache, name), t);
}

bool cache_item_read(struct slice entry, struct slice *value, struct pool *pool)
{
	uint16_t len;

	pool->count = 0;
	if (entry.len < sizeof(len))
		return false;
	memcpy(&len, entry.data, sizeof(len));
	entry = slice_after(entry, sizeof(len));
	if (entry.len < len)
		return false;
	*value = (struct slice){ entry.data, len };
	return pool_read(pool, slice_after(entry, len));
}

size_t cache_item_write(struct slice value, const struct pool *pool, char *out, size_t size)
{
	uint16_t len = (uint16_t)value.len;
	size_t head = sizeof(len) + value.len, nodes;

	if (value.len > CACHE_ITEM_MAX || head > size)
		return 0;
	memcpy(out, &len, sizeof(len));
	if (value.len != 0)
		memcpy(out + sizeof(len), value.data, value.len);
	nodes = pool_write(pool, out + head, size - head);
	return nodes != 0 ? head + nodes : 0;
}
