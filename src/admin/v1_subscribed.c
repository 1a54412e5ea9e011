/* SPDX-License-Identifier: BSD-2-Clause */
/* All keys of a subscription server with their nodes, for the API. */
#include <stdio.h>
#include <string.h>

#include "admin/answer.h"
#include "admin/model.h"
#include "admin/route.h"
#include "admin/subscribed_json.h"
#include "admin/table_stream.h"
#include "admin/v1.h"
#include "admin/v1_answer.h"
#include "config/config.h"
#include "config/config_subscription.h"
#include "core/arena.h"
#include "core/pool_table.h"
#include "core/text.h"

#define KEY_BYTES 256
#define PATH_BYTES (sizeof("subscriptions/") + 256)

/* What is asked for. */
struct subscribed_listing {
	struct slice             prefix;
	struct subscription_conf conf;	/* of the server; its texts are not read */
};

static bool print(const struct shared_entry *entry, void *arg, struct text *out)
{
	const struct subscribed_listing *l = arg;

	if (entry->key.len < l->prefix.len ||
	    memcmp(entry->key.data, l->prefix.data, l->prefix.len) != 0)
		return false;
	text_puts(out, "{\"key\":");
	text_json(out, entry->key);
	text_putc(out, ',');
	/* the memory is shared: what is there may be anything */
	if (!subscribed_json_print(entry->value, &l->conf, out))
		return false;
	text_putc(out, '}');
	return true;
}

static bool is_prefix(const char *name, void *arg)
{
	(void)arg;
	return strcmp(name, "prefix") == 0;
}

void v1_subscribed_serve(struct http_request *r, const struct route_captures *captures)
{
	const char *server = captures->text[ROUTE_SERVER];
	char prefix[KEY_BYTES] = "", path[PATH_BYTES];
	const struct object *object;
	struct arena *arena;
	struct subscribed_listing *l;
	struct table_stream stream = { .name = "keys", .print = print };

	if (!http_query_names(r, is_prefix, NULL) ||
	    http_query(r, "prefix", prefix, sizeof(prefix)) == HTTP_QUERY_TOO_LONG) {
		answer_problem(r, 400, "bad query parameter",
			       "prefix=TEXT, of at most 255 bytes, is the only one");
		return;
	}
	snprintf(path, sizeof(path), "subscriptions/%s", server);
	object = strchr(server, '/') == NULL ? config_get(model_config(), path) : NULL;
	if (object == NULL) {
		v1_answer_missing(r, path);
		return;
	}
	arena = arena_new();
	l = arena_alloc(arena, sizeof(*l));
	l->conf = *(const struct subscription_conf *)object->conf;
	l->prefix = slice_of(arena_strdup(arena, prefix));
	stream.found = pool_table_find(server, &stream.table);
	stream.arg = l;
	table_stream_answer(r, &stream, arena);
}
