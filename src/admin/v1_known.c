/* SPDX-License-Identifier: BSD-2-Clause */

/* What a fan-out knows, for the API. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "admin/answer.h"
#include "admin/model.h"
#include "admin/route.h"
#include "admin/table_stream.h"
#include "admin/v1.h"
#include "admin/v1_answer.h"
#include "config/config.h"
#include "core/arena.h"
#include "core/clock.h"
#include "core/known_table.h"
#include "core/text.h"

#define PATH_BYTES (sizeof("fanouts/") + 64)

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

/* `arg` is the key that is asked for; data NULL: every one. */
static bool print(const struct shared_entry *entry, void *arg, struct text *out)
{
	const struct slice *key = arg;
	struct subscription s;

	/* the memory is shared: what is there may be anything */
	if (!subscription_parse(&s, entry->value, SUBSCRIPTION_STRICT) ||
	    (key->data != NULL && !slice_equal(s.key, *key)))
		return false;
	print_entry(out, &s, entry->stamp);
	return true;
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
	struct table_stream stream = { .name = "known", .print = print };
	struct arena *arena;
	struct slice *wanted;

	if (found == HTTP_QUERY_TOO_LONG) {
		answer_problem(r, 400, "bad query parameter", "key=KEY has at most 255 bytes");
		return;
	}
	if (!is_there(r, captures))
		return;
	arena = arena_new();
	wanted = arena_alloc(arena, sizeof(*wanted));
	*wanted = (struct slice){ NULL, 0 };
	if (found == HTTP_QUERY_FOUND)
		*wanted = slice_of(arena_strdup(arena, key));
	stream.found = find_table(captures, &stream.table);
	stream.arg = wanted;
	table_stream_answer(r, &stream, arena);
}
