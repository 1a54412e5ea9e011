/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/http.h"
#include "admin/v1_answer.h"
#include "admin/v1_item.h"
#include "config/conf.h"
#include "config/config_cache.h"
#include "config/config_types.h"
#include "config/item_keyed.h"
#include "config/object.h"
#include "core/arena.h"
#include "core/clock.h"
#include "core/node.h"

bool v1_item_read(const struct v1_item_call *c, struct v1_live *item)
{
	struct conf_errors errors;
	struct cache_item_conf conf;
	struct node *body = node_copy(c->arena, c->body);
	bool keeps_end = node_get(body, "expires") == NULL && v1_item_is_live(c), ok;

	conf_errors_init(&errors, c->arena);
	const struct conf_place top = { .name = "", .arena = c->arena, .errors = &errors };
	const struct conf_place caches = conf_place_key(&top, config_cache_kind.section);
	const struct conf_place cache = conf_place_key(&caches, item->cache);
	const struct conf_place entries = conf_place_key(&cache, config_cache_entry_kind.section);
	const struct conf_place place = conf_place_key(&entries, item->key);
	const char *why = item_keyed_problem(slice_of(item->key));

	for (size_t i = body->kind == NODE_MAP ? body->count : 0; i-- > 0;) {
		if (slice_is(body->keys[i]->value, "status") ||
		    (slice_is(body->keys[i]->value, "expires") && node_null(body->items[i])))
			node_remove(body, i);
	}
	if (why != NULL)
		conf_report(&place, CONF_ERROR, NULL, "%s", why);
	ok = conf_bind(body, &config_cache_item_section, NULL, &place, &conf) && why == NULL;
	if (ok && conf.value == NULL && http_method(c->r) == HTTP_PATCH && v1_item_is_live(c))
		conf.value = arena_copy(c->arena, c->now->value);
	if (ok && conf.value == NULL)
		conf_report(&place, CONF_ERROR, body, "no value: write {value: ADDRESS}");
	item->value = conf.value;
	item->end_ms = conf.expires_ms != 0 ? clock_wall_ms() + conf.expires_ms
		     : keeps_end ? c->now->end_ms : 0;
	ok = ok && conf.value != NULL;
	if (!ok)
		v1_answer_errors(c->r, &errors);
	conf_errors_close(&errors);
	return ok;
}

bool v1_item_has_room(const struct v1_item_call *c)
{
	const struct cache_conf *conf = c->cache->conf;
	struct shared_table table;

	if (c->now != NULL || c->configured || !cache_item_table_find(c->cache->name, &table))
		return true;
	return shared_table_count(&table) < conf->max_items &&
	       shared_table_bytes(&table) < conf->max_memory;
}
