/* SPDX-License-Identifier: BSD-2-Clause */
/* All keys of a subscription server with their nodes, for the API. */
#include "admin/subscribed_json.h"
#include "admin/table_stream.h"
#include "admin/v1.h"
#include "admin/v1_listing.h"
#include "core/pool_table.h"
#include "core/text.h"

static bool print_pool(const struct shared_entry *entry, void *arg, struct text *out)
{
	const struct v1_listing *l = arg;

	if (!v1_listing_print_key(l, entry->key, out))
		return false;
	/* the memory is shared: what is there may be anything */
	if (!subscribed_json_print(entry->value, &l->conf, out))
		return false;
	text_putc(out, '}');
	return true;
}

void v1_subscribed_serve(struct http_request *r, const struct route_captures *captures)
{
	const char *server = captures->text[ROUTE_SERVER];
	struct v1_listing *l = v1_listing_read(r, "subscriptions", server);
	struct table_stream stream = { .name = "keys", .print = print_pool, .arg = l };

	if (l == NULL)
		return;
	stream.found = pool_table_find(server, &stream.table);
	table_stream_answer(r, &stream, l->arena);
}
