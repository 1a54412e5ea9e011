/* SPDX-License-Identifier: BSD-2-Clause */
/* All keys of a subscription server with their nodes, for the API. */
#include <stdio.h>
#include <string.h>

#include "admin/answer.h"
#include "admin/http_stream.h"
#include "admin/model.h"
#include "admin/route.h"
#include "admin/subscribed_json.h"
#include "admin/v1.h"
#include "admin/v1_answer.h"
#include "config/config.h"
#include "config/config_subscription.h"
#include "core/arena.h"
#include "core/pool_table.h"
#include "core/text.h"

#define STEPS 2000		/* entries and empty buckets of a piece */
#define PIECE_BYTES 65536	/* about so many: one key may have hundreds of nodes */
#define KEY_BYTES 256
#define PATH_BYTES (sizeof("subscriptions/") + 256)

/* An answer under way. */
struct subscribed_listing {
	struct arena       *arena;	/* of this */
	struct shared_table table;
	bool                found;	/* there is a table */
	struct shared_walk  walk;
	struct slice        prefix;
	struct subscription_conf conf;	/* of the server; its texts are not read */
	bool                begun, any;
};

static void print_if_wanted(struct subscribed_listing *l, const struct shared_entry *entry,
			    struct text *out)
{
	size_t before = out->len;

	if (entry->key.len < l->prefix.len ||
	    memcmp(entry->key.data, l->prefix.data, l->prefix.len) != 0)
		return;
	text_puts(out, l->any ? ",\n{\"key\":" : "\n{\"key\":");
	text_json(out, entry->key);
	text_putc(out, ',');
	/* the memory is shared: what is there may be anything */
	if (!subscribed_json_print(entry->value, &l->conf, out)) {
		text_truncate(out, before);
		return;
	}
	text_putc(out, '}');
	l->any = true;
}

/* false: that was the last of them. */
static bool print_some(struct subscribed_listing *l, struct text *out)
{
	static struct shared_entry entry;
	enum shared_next next = SHARED_NEXT_ENTRY;

	l->walk.steps = STEPS;
	for (unsigned i = 0; i < STEPS && next == SHARED_NEXT_ENTRY && out->len < PIECE_BYTES;
	     i++) {
		next = l->found ? shared_table_next(&l->table, &l->walk, &entry) : SHARED_NEXT_END;
		if (next == SHARED_NEXT_ENTRY)
			print_if_wanted(l, &entry, out);
	}
	return next != SHARED_NEXT_END;
}

static void more(struct http_request *r, void *arg)
{
	struct subscribed_listing *l = arg;
	struct text piece;
	bool whole;

	text_init(&piece);
	text_puts(&piece, l->begun ? "" : "{\"keys\":[");
	l->begun = true;
	whole = !print_some(l, &piece);
	/* a piece without bytes is never taken, and the next would not be asked for */
	text_puts(&piece, whole ? "]}\n" : piece.len == 0 ? " " : "");
	http_write(r, piece.data, piece.len);
	text_close(&piece);
	if (whole)
		http_stream_end(r);
}

static void over(void *arg, bool whole)
{
	struct subscribed_listing *l = arg;

	(void)whole;
	arena_free(l->arena);
}

static const struct http_stream stream = { more, over };

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
	l->arena = arena;
	l->conf = *(const struct subscription_conf *)object->conf;
	l->found = pool_table_find(server, &l->table);
	l->prefix = slice_of(arena_strdup(arena, prefix));
	answer_stream(r, 200, "application/json", &stream, l);
}
