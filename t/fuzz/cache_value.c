/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Values of caches, and items as they lie in shared memory: members are parts of the value in their
 * order, a value that passes the check has one and no bad one, an item that was written is read
 * back, and one with any bytes is damaged or has its slices within them.
 */
#include <string.h>

#include "core/cache_item.h"
#include "core/cache_value.h"
#include "target.h"

static bool is_within(struct slice part, struct slice text)
{
	return part.len == 0 ||
	       (part.data >= text.data && part.data + part.len <= text.data + text.len);
}

static void check_value(struct slice value)
{
	char why[CACHE_VALUE_WHY] = "";
	struct slice rest = value;
	struct cache_member m;
	enum cache_value_next next;
	const char *at = value.data;
	unsigned members = 0, bad = 0;

	while ((next = cache_value_next(&rest, &m, why)) != CACHE_VALUE_END) {
		HOLDS(is_within(rest, value) && memchr(why, '\0', sizeof(why)) != NULL);
		if (next == CACHE_VALUE_BAD) {
			bad++;
			continue;
		}
		members++;
		HOLDS(m.text.len != 0 && is_within(m.text, value) && m.text.data >= at);
		HOLDS(memchr(m.text.data, '|', m.text.len) == NULL);
		at = m.text.data + m.text.len;
	}
	HOLDS(rest.len == 0);
	HOLDS(cache_value_check(value, why) == (members != 0 && bad == 0));
}

static void check_item(struct slice bytes)
{
	static struct pool pool, again;
	static char out[2 * CACHE_ITEM_MAX + 64];
	struct slice value, other;
	size_t len;

	if (!cache_item_read(bytes, &value, &pool))
		return;
	HOLDS(is_within(value, bytes) && pool.count <= POOL_NODES_MAX);
	for (uint16_t i = 0; i < pool.count; i++)
		HOLDS(is_within(pool.nodes[i].name, bytes));
	len = cache_item_write(value, &pool, out, sizeof(out));
	if (len == 0)
		return;
	HOLDS(cache_item_read((struct slice){ out, len }, &other, &again));
	HOLDS(slice_equal(value, other) && again.count == pool.count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice bytes = { (const char *)data, size };

	check_value(bytes);
	check_item(bytes);
	return 0;
}
