/* SPDX-License-Identifier: BSD-2-Clause */
/* All items of a cache with their nodes, for the API. */
#include "admin/cached_json.h"
#include "admin/table_stream.h"
#include "admin/v1.h"
#include "admin/v1_listing.h"
#include "core/text.h"

static bool print_item(const struct shared_entry *entry, void *arg, struct text *out)
{
	static struct cached_item item;

	if (!v1_listing_print_key(arg, entry->key, out))
		return false;
	item.entry.stamp = entry->stamp;
	item.entry.value = entry->value;
	if (!cached_json_read(&item))
		return false;
	cached_json_print(&item, out);
	text_putc(out, '}');
	return true;
}

void v1_cached_serve(struct http_request *r, const struct route_captures *captures)
{
	const char *cache = captures->text[ROUTE_CACHE];
	struct v1_listing *l = v1_listing_read(r, "caches", cache);
	struct table_stream stream = { .name = "items", .print = print_item, .arg = l };

	if (l == NULL)
		return;
	stream.found = cache_item_table_find(cache, &stream.table);
	table_stream_answer(r, &stream, l->arena);
}
