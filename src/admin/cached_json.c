/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/cached_json.h"

#include "admin/subscribed_json.h"
#include "core/clock.h"
#include "core/text.h"

bool cached_json_read(struct cached_item *item)
{
	uint64_t stamp = item->entry.stamp;

	item->origin = cache_item_stamp_origin(stamp);
	item->end_ms = item->origin == CACHE_LIVE ? cache_item_stamp_number(stamp) : 0;
	return !cache_item_stamp_over(stamp, clock_wall_ms()) &&
	       cache_item_read(item->entry.value, &item->value, &item->pool);
}

bool cached_json_find(const char *cache, struct slice key, struct cached_item *item)
{
	struct shared_table table;

	return cache_item_table_find(cache, &table) &&
	       shared_table_get(&table, key, &item->entry) && cached_json_read(item);
}

static const char *origin_word(enum cache_origin origin)
{
	switch (origin) {
	case CACHE_ENTRY:
		return "entry";
	case CACHE_FILE:
		return "file";
	case CACHE_LIVE:
		break;
	}
	return "live";
}

void cached_json_print(const struct cached_item *item, struct text *out)
{
	uint64_t now = clock_wall_ms();

	text_puts(out, "\"value\":");
	text_json(out, item->value);
	text_printf(out, ",\"origin\":\"%s\",\"expires_seconds\":", origin_word(item->origin));
	if (item->end_ms == 0)
		text_puts(out, "null");
	else
		text_printf(out, "%.3f", item->end_ms > now ? (double)(item->end_ms - now) / 1e3
							    : 0);
	text_putc(out, ',');
	subscribed_json_nodes(&item->pool, out);
}

bool cached_json_key(const char *cache, struct slice key, struct text *out)
{
	static struct cached_item item;

	if (!cached_json_find(cache, key, &item))
		return false;
	text_putc(out, '{');
	cached_json_print(&item, out);
	text_putc(out, '}');
	return true;
}
