/* SPDX-License-Identifier: BSD-2-Clause */
#include "compat/fastrouter_cache.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "compat/fastrouter_options.h"
#include "compat/fastrouter_string.h"
#include "core/arena.h"
#include "core/stderr.h"
#include "core/text.h"
#include "core/units.h"

static const char dashes[] = "--";

#define DEFAULT_NAME "default"	/* of the cache of --cache, as in uWSGI */

/* What --cache2 says about one. */
struct fastrouter_cache {
	const char *name, *store;
	uint64_t    items;	/* 0: not given */
};

enum cache2_effect { CACHE2_NAME, CACHE2_ITEMS, CACHE2_STORE, CACHE2_NOTHING, CACHE2_REFUSED };

static const struct cache2_key {
	const char        *names;	/* with blanks between */
	enum cache2_effect effect;
} cache2_keys[] = {
	{ "name", CACHE2_NAME },
	{ "max_items maxitems items", CACHE2_ITEMS },
	{ "store", CACHE2_STORE },
	/* how uWSGI lays items out, and when it looks for those that have ended */
	{ "blocksize blocks hash hashsize hash_size keysize bitmap lastmod storesync store_sync "
	  "store_delete sweep_on_full clear_on_full no_expire expire_freq lazy lazy_expire "
	  "use_last_modified math_initial ignore_full purge_lru", CACHE2_NOTHING },
	{ "udp udp_servers udpservers udp_node_bind udp_server sync nodes", CACHE2_REFUSED },
};

static const struct cache2_key *find_key(struct slice name)
{
	for (size_t i = 0; i < COUNT(cache2_keys); i++) {
		if (slice_is_among(name, cache2_keys[i].names))
			return &cache2_keys[i];
	}
	return NULL;
}

/* One key=value of it. NULL, or why not. */
static const char *take_pair(struct fastrouter_options *o, struct slice pair,
			     struct fastrouter_cache *c)
{
	const char *equals = memchr(pair.data, '=', pair.len);
	struct slice name = { pair.data, equals != NULL ? (size_t)(equals - pair.data) : pair.len };
	struct slice value = slice_after(pair, name.len + (equals != NULL));
	const struct cache2_key *key = find_key(name);

	if (key == NULL)
		return arena_printf(o->arena, "heddle does not know the key %.*s; it takes name, "
				    "items and store", (int)(name.len < 40 ? name.len : 40),
				    name.data);
	switch (key->effect) {
	case CACHE2_NAME:
		c->name = arena_copy(o->arena, value);
		return value.len != 0 ? NULL : "needs name=NAME";
	case CACHE2_STORE:
		c->store = arena_copy(o->arena, value);
		return value.len != 0 ? NULL : "store needs the path of a file";
	case CACHE2_ITEMS:
		return number_parse(value, &c->items) && c->items != 0 ? NULL
								       : "items needs a number";
	case CACHE2_NOTHING:
		break;
	case CACHE2_REFUSED:
		return "heddle has no copies of caches: let applications set items by the remote "
		       "protocol";
	}
	return NULL;
}

/* NULL, or why not: whoever makes caches of them tells it. */
static const char *read_cache2(struct fastrouter_options *o, const char *given,
			       struct fastrouter_cache *c)
{
	struct slice rest = slice_of(given);
	const char *why = NULL;

	*c = (struct fastrouter_cache){ .name = NULL };
	while (rest.len != 0 && why == NULL) {
		const char *comma = memchr(rest.data, ',', rest.len);
		struct slice pair = { rest.data, comma != NULL ? (size_t)(comma - rest.data)
							       : rest.len };

		rest = slice_after(rest, pair.len + (comma != NULL));
		why = pair.len == 0 ? NULL : take_pair(o, pair, c);
	}
	return why != NULL || c->name != NULL ? why : "needs name=NAME";
}

static void put(const struct fastrouter_options *o, const struct fastrouter_cache *c,
		const char *script, const char *folder, struct text *yaml)
{
	bool absolute = c->store != NULL && c->store[0] == '/';

	fastrouter_string(yaml, "  ", c->name, ":\n");
	text_printf(yaml, "    max_items: %" PRIu64 "\n", c->items != 0 ? c->items : 65536);
	if (c->store != NULL)
		fastrouter_string(yaml, "    persist: ", absolute ? c->store
					 : arena_printf(o->arena, "%s/%s", folder, c->store), "\n");
	if (script != NULL)
		fastrouter_string(yaml, "    script: ", script[0] == '/' ? script
					 : arena_printf(o->arena, "%s/%s", folder, script), "\n");
}

/*
 * Whether a cache has the name; "" is the first one, whose name it becomes. Nothing can be said of
 * the name beside a cache that cannot be read, which is told: it may be that one's.
 */
static bool is_configured(struct fastrouter_options *o, const char **name)
{
	struct fastrouter_cache c;

	if (o->cache_items != 0 && (**name == '\0' || strcmp(*name, DEFAULT_NAME) == 0)) {
		*name = DEFAULT_NAME;
		return true;
	}
	for (size_t i = 0; i < o->caches.count; i++) {
		if (read_cache2(o, o->caches.items[i], &c) != NULL)
			return true;
		if (**name == '\0')
			*name = c.name;
		if (strcmp(c.name, *name) == 0)
			return true;
	}
	return false;
}

void fastrouter_cache_put(struct fastrouter_options *o, const char *folder, struct text *yaml)
{
	struct fastrouter_cache c = { DEFAULT_NAME, o->cache_store, o->cache_items };
	const char *script = o->file;

	if (o->cache_items == 0 && o->caches.count == 0) {
		if (o->file != NULL)
			fastrouter_options_wrong(o, dashes, slice_of("file"),
						 "heddle runs a script to fill a cache: give "
						 "--cache, too; it runs no application");
		return;
	}
	text_puts(yaml, "caches:\n");
	if (o->cache_items != 0) {
		put(o, &c, script, folder, yaml);
		script = NULL;
	}
	for (size_t i = 0; i < o->caches.count; i++) {
		const char *given = o->caches.items[i], *why = read_cache2(o, given, &c);

		if (why == NULL)
			put(o, &c, script, folder, yaml);
		else
			fastrouter_options_wrong(o, dashes, slice_of("cache2"), "%.80s: %s", given,
						 why);
		script = NULL;
	}
	if (o->use_cache == NULL)
		stderr_printf("fastrouter: a cache without --fastrouter-use-cache routes "
			      "nothing\n");
}

void fastrouter_cache_put_route(struct fastrouter_options *o, struct text *yaml)
{
	const char *name = o->use_cache;

	if (name == NULL)
		return;
	if (!is_configured(o, &name)) {
		fastrouter_options_wrong(o, dashes, slice_of("fastrouter-use-cache"),
					 "there is no cache%s%.60s: give --cache N, or --cache2 "
					 "name=NAME,items=N", *name != '\0' ? " " : "", name);
		return;
	}
	fastrouter_string(yaml, "      - cache: ", name, "\n");
}
