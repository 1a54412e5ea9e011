/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An item of a cache: an object of `entries`, as any other, or with `expires` a live one, which is
 * not configured. Entries go before lines of the mapping file, and these before live items.
 */
#include "admin/v1_item.h"

#include <string.h>

#include "admin/answer.h"
#include "admin/http.h"
#include "admin/model.h"
#include "admin/v1.h"
#include "admin/v1_answer.h"
#include "admin/v1_change.h"
#include "admin/v1_live.h"
#include "config/config.h"
#include "core/arena.h"
#include "core/json_node.h"
#include "core/node.h"

/* It is about a live item: it says when that ends, or it changes one. */
static bool is_about_live(const struct v1_item_call *c)
{
	const struct node *expires = c->body != NULL && c->body->kind == NODE_MAP
		? node_get(c->body, "expires") : NULL;

	if (expires != NULL && !node_null(expires))
		return true;
	return http_method(c->r) == HTTP_PATCH && v1_item_is_live(c);
}

static bool fail(const struct v1_item_call *c, int status, const char *title, const char *detail)
{
	answer_problem(c->r, status, title, detail);
	return false;
}

/* A live item has no ETag: what can be said of it is whether it is there. */
static bool condition_holds(const struct v1_item_call *c)
{
	const char *match = http_request_header(c->r, "If-Match");
	const char *none = http_request_header(c->r, "If-None-Match");

	if (none != NULL && strcmp(none, "*") == 0 && c->now != NULL)
		return fail(c, 412, "precondition failed", "it exists");
	if (match != NULL && c->now == NULL)
		return fail(c, 412, "precondition failed", "it does not exist");
	if (match != NULL && strcmp(match, "*") != 0)
		return fail(c, 412, "precondition failed", "an item with an end has no ETag");
	return true;
}

static bool may_be_live(const struct v1_item_call *c)
{
	if (c->configured)
		return fail(c, 409, "the change conflicts with what is there",
			    "the key is one of entries: remove it first, or leave out expires");
	if (c->now != NULL && c->now->origin == CACHE_FILE)
		return fail(c, 409, "the change conflicts with what is there",
			    "the key is in the mapping file, which goes first: leave out expires, "
			    "or remove the line");
	return true;
}

static void serve_live(const struct v1_item_call *c)
{
	struct v1_live item = {
		.cache = c->captures->text[ROUTE_CACHE], .key = c->captures->text[ROUTE_ITEM],
		.status = c->now != NULL ? 200 : 201,
	};
	struct v1_query query;
	char path[V1_KEY_PATH];

	if (!v1_query_read(c->r, &query) ||
	    !v1_change_is_json(c->r) || !condition_holds(c) || !may_be_live(c))
		return;
	if (http_method(c->r) == HTTP_PATCH && c->now == NULL) {
		v1_key_path(&v1_live_kind, c->captures, path);
		v1_answer_missing(c->r, path);
		return;
	}
	if (!v1_item_read(c, &item))
		return;
	if (query.dry_run) {
		http_puts(c->r, "{\"dry_run\": true, \"changes\": []}");
		answer_live(c->r, 200);
	} else {
		v1_live_set(c->r, &item);
	}
}

static void serve_change(const struct v1_item_call *c)
{
	const char *none = http_request_header(c->r, "If-None-Match");

	if (is_about_live(c))
		serve_live(c);
	else if (c->now != NULL && none != NULL && strcmp(none, "*") == 0)
		answer_problem(c->r, 412, "precondition failed", "it exists");
	else if (!v1_item_has_room(c))
		answer_problem(c->r, 507, "no room for the item",
			       "the cache has max_items or max_memory: remove items, or raise it");
	else
		v1_key_serve_kind(c->r, c->captures, &v1_live_kind);
}

static void serve_delete(const struct v1_item_call *c)
{
	if (c->now != NULL && c->now->origin == CACHE_FILE && !c->configured)
		answer_problem(c->r, 409, "the change conflicts with what is there",
			       "the key is in the mapping file: remove the line, and reload");
	else
		v1_key_serve_kind(c->r, c->captures, &v1_live_kind);
}

void v1_item_serve(struct http_request *r, const struct route_captures *captures)
{
	static struct cached_item item;
	struct v1_item_call c = { .r = r, .captures = captures,
			       .cache = v1_key_owner(&v1_live_kind, captures) };
	char path[V1_KEY_PATH], why[JSON_NODE_WHY];

	if ((http_method(r) & (HTTP_PUT | HTTP_PATCH | HTTP_DELETE)) == 0 || c.cache == NULL) {
		v1_key_serve_kind(r, captures, &v1_live_kind);
		return;
	}
	v1_key_path(&v1_live_kind, captures, path);
	c.configured = config_get(model_config(), path) != NULL;
	if (cached_json_find(c.cache->name, slice_of(captures->text[ROUTE_ITEM]), &item))
		c.now = &item;
	if (http_method(r) == HTTP_DELETE) {
		serve_delete(&c);
		return;
	}
	c.arena = arena_new();
	c.body = json_node_read(http_body(r), c.arena, why);
	serve_change(&c);
	arena_free(c.arena);
}
