/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/v1_live.h"

#include <string.h>

#include "admin/answer.h"
#include "admin/audit.h"
#include "admin/cached_json.h"
#include "admin/http.h"
#include "admin/v1_answer.h"
#include "core/text.h"

#define ANSWER_MS 5000

static void write_request(const struct v1_live *item, bool removes, struct text *out)
{
	struct message_item m = {
		.end_ms = item->end_ms, .name = (uint32_t)strlen(item->cache),
		.key = (uint32_t)strlen(item->key), .removes = removes,
	};

	text_append(out, &m, sizeof(m));
	text_puts(out, item->cache);
	text_puts(out, item->key);
	text_puts(out, removes ? "" : item->value);
}

static void write_removal(const char *cache, const char *key, struct text *out)
{
	write_request(&(struct v1_live){ .cache = cache, .key = key }, true, out);
}

static void on_removed(const struct requests_result *result, void *r);

const struct v1_key_kind v1_live_kind = {
	.pattern = "/_v1/caches/{cache}/{item}",
	.section = "caches",
	.below = "entries",
	.owner = ROUTE_CACHE,
	.key = ROUTE_ITEM,
	.removes = REQUEST_ITEM,
	.what = write_removal,
	.removed = "a live item is removed",
	.done = on_removed,
};

static void on_removed(const struct requests_result *result, void *r)
{
	v1_key_removed(result, r, &v1_live_kind);
}

/* As it is now: it may be gone again. */
static void answer_set(struct http_request *r, bool created)
{
	struct route_captures captures;
	char path[V1_KEY_PATH];
	struct text json;

	if (!route_matches(v1_live_kind.pattern, http_encoded_path(r), &captures))
		return;
	audit_write(r, "an item is set");
	text_init(&json);
	text_puts(&json, "{\"status\": ");
	if (cached_json_key(captures.text[ROUTE_CACHE], slice_of(captures.text[ROUTE_ITEM]),
			    &json)) {
		text_puts(&json, "}");
		http_write(r, json.data, json.len);
		answer_live(r, created ? 201 : 200);
	} else {
		v1_key_path(&v1_live_kind, &captures, path);
		v1_answer_missing(r, path);
	}
	text_close(&json);
}

static void on_set(const struct requests_result *result, void *arg, bool created)
{
	struct http_request *r = arg;

	switch (result->outcome) {
	case REQUEST_APPLIED:
		answer_set(r, created);
		break;
	case REQUEST_UNCHANGED:
		answer_problem(r, 404, "not found", "the cache does not exist any more");
		break;
	case REQUEST_CONFLICT:
		answer_problem(r, 507, "no room for the item",
			       "the cache has max_items or max_memory: remove items, or raise it");
		break;
	case REQUEST_REFUSED:
		answer_problem(r, 409, "the change conflicts with what is there",
			       "the key has come into the configuration or the mapping file");
		break;
	default:
		answer_problem(r, 503, "not now", "the resolver process does not answer");
		break;
	}
}

static void on_created(const struct requests_result *result, void *arg)
{
	on_set(result, arg, true);
}

static void on_replaced(const struct requests_result *result, void *arg)
{
	on_set(result, arg, false);
}

static void on_gone(struct http_request *r)
{
	requests_forget(r);
}

static void on_late(struct http_request *r)
{
	requests_forget(r);
	answer_problem(r, 503, "not confirmed in time", "the item may still be set");
}

void v1_live_set(struct http_request *r, const struct v1_live *item)
{
	struct text bytes;

	text_init(&bytes);
	write_request(item, false, &bytes);
	if (requests_send(REQUEST_ITEM, text_slice(&bytes),
			  item->status == 201 ? on_created : on_replaced, r)) {
		http_on_gone(r, on_gone);
		http_deadline(r, ANSWER_MS, on_late);
	} else {
		answer_problem(r, 503, "too many requests are waiting", NULL);
	}
	text_close(&bytes);
}
