/* SPDX-License-Identifier: BSD-2-Clause */

/* What a fan-out knows, for the API. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "admin/answer.h"
#include "admin/http_stream.h"
#include "admin/model.h"
#include "admin/route.h"
#include "admin/v1.h"
#include "admin/v1_answer.h"
#include "config/config.h"
#include "core/arena.h"
#include "core/clock.h"
#include "core/known_table.h"
#include "core/text.h"

#define STEPS 2000	/* entries and empty buckets of a piece */
#define PATH_BYTES (sizeof("fanouts/") + 64)

/* An answer under way. */
struct listing {
	struct arena       *arena;	/* of this */
	struct shared_table table;
	bool                found;	/* there is a table */
	struct shared_walk  walk;
	struct slice        key;	/* data NULL: every one */
	bool                begun, any;
};

static void print_slice(struct text *out, const char *name, struct slice value)
{
	if (value.len == 0)
		return;
	text_printf(out, ",\"%s\":", name);
	text_json(out, value);
}

static void print_entry(struct text *out, const struct subscription *s, uint64_t stamp)
{
	uint64_t now = clock_ms();

	text_puts(out, "{\"key\":");
	text_json(out, s->key);
	print_slice(out, "address", s->address);
	print_slice(out, "vassal", s->vassal);
	print_slice(out, "algo", s->algo);
	print_slice(out, "proto", s->proto);
	text_printf(out, ",\"modifier1\":%u,\"modifier2\":%u,\"cores\":%" PRIu64
			 ",\"load\":%" PRIu64 ",\"weight\":%" PRIu64 ",\"backup\":%" PRIu64,
		    s->modifier1, s->modifier2, s->cores, s->load, s->weight, s->backup);
	text_printf(out, ",\"signed\":%s,\"age_seconds\":%.3f}", s->has_sign ? "true" : "false",
		    now > stamp ? (double)(now - stamp) / 1e3 : 0);
}

static void print_if_wanted(struct listing *l, const struct shared_entry *entry, struct text *out)
{
	struct subscription s;

	/* the memory is shared: what is there may be anything */
	if (!subscription_parse(&s, entry->value, SUBSCRIPTION_STRICT) ||
	    (l->key.data != NULL && !slice_equal(s.key, l->key)))
		return;
	text_puts(out, l->any ? ",\n" : "\n");
	print_entry(out, &s, entry->stamp);
	l->any = true;
}

/* false: that was the last of them. */
static bool print_some(struct listing *l, struct text *out)
{
	static struct shared_entry entry;
	enum shared_next next = SHARED_NEXT_ENTRY;

	l->walk.steps = STEPS;
	for (unsigned i = 0; i < STEPS && next == SHARED_NEXT_ENTRY; i++) {
		next = l->found ? shared_table_next(&l->table, &l->walk, &entry) : SHARED_NEXT_END;
		if (next == SHARED_NEXT_ENTRY)
			print_if_wanted(l, &entry, out);
	}
	return next != SHARED_NEXT_END;
}

static void more(struct http_request *r, void *arg)
{
	struct listing *l = arg;
	struct text piece;
	bool whole;

	text_init(&piece);
	text_puts(&piece, l->begun ? "" : "{\"known\":[");
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
	struct listing *l = arg;

	(void)whole;
	arena_free(l->arena);
}

static const struct http_stream stream = { more, over };

static bool is_key(const char *name, void *arg)
{
	(void)arg;
	return strcmp(name, "key") == 0;
}

/* false: answered, there is no such fan-out. */
static bool is_there(struct http_request *r, const struct route_captures *captures)
{
	char path[PATH_BYTES];

	snprintf(path, sizeof(path), "fanouts/%s", captures->text[ROUTE_FANOUT]);
	if (config_get(model_config(), path) != NULL)
		return true;
	v1_answer_missing(r, path);
	return false;
}

static bool find_table(const struct route_captures *captures, struct shared_table *table)
{
	struct shared_region *region = known_table_region();

	return region != NULL &&
	       shared_table_find(region, slice_of(captures->text[ROUTE_FANOUT]), table);
}

void v1_known_serve(struct http_request *r, const struct route_captures *captures)
{
	char key[SUBSCRIPTION_KEY_MAX + 1];
	enum http_query found = http_query(r, "key", key, sizeof(key));
	struct arena *arena;
	struct listing *l;

	if (!http_query_names(r, is_key, NULL) || found == HTTP_QUERY_TOO_LONG) {
		answer_problem(r, 400, "bad query parameter",
			       "key=KEY, of at most 255 bytes, is the only one");
		return;
	}
	if (!is_there(r, captures))
		return;
	arena = arena_new();
	l = arena_alloc(arena, sizeof(*l));
	l->arena = arena;
	l->found = find_table(captures, &l->table);
	if (found == HTTP_QUERY_FOUND)
		l->key = slice_of(arena_strdup(arena, key));
	answer_stream(r, 200, "application/json", &stream, l);
}
