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

static bool wrong(struct fastrouter_options *o, const char *given, const char *why)
{
	fastrouter_options_wrong(o, dashes, slice_of("cache2"), "%.80s: %s", given, why);
	return false;
}

/* One key=value of it. */
static bool take_pair(struct fastrouter_options *o, struct slice pair, const char *given,
		      struct fastrouter_cache *c)
{
	const char *equals = memchr(pair.data, '=', pair.len);
	struct slice name = { pair.data, equals != NULL ? (size_t)(equals - pair.data) : pair.len };
	struct slice value = slice_after(pair, name.len + (equals != NULL));
	const struct cache2_key *key = find_key(name);

	if (key == NULL)
		return wrong(o, given, "there is a key that heddle does not know");
	switch (key->effect) {
	case CACHE2_NAME:
		c->name = arena_copy(o->arena, value);
		break;
	case CACHE2_STORE:
		c->store = arena_copy(o->arena, value);
		break;
	case CACHE2_ITEMS:
		if (!number_parse(value, &c->items) || c->items == 0)
			return wrong(o, given, "items needs a number");
		break;
	case CACHE2_NOTHING:
		break;
	case CACHE2_REFUSED:
		return wrong(o, given, "heddle has no copies of caches: let applications set items "
			     "by the remote protocol");
	}
	return true;
}

static bool read_cache2(struct fastrouter_options *o, const char *given,
			struct fastrouter_cache *c)
{
	struct slice rest = slice_of(given);
	bool ok = true;

	*c = (struct fastrouter_cache){ .name = NULL };
	while (rest.len != 0 && ok) {
		const char *comma = memchr(rest.data, ',', rest.len);
		struct slice pair = { rest.data, comma != NULL ? (size_t)(comma - rest.data)
							       : rest.len };

		rest = slice_after(rest, pair.len + (comma != NULL));
		ok = pair.len == 0 || take_pair(o, pair, given, c);
	}
	return ok && (c->name != NULL || wrong(o, given, "needs name=NAME"));
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

/* The first one is that which is meant where no name is given. */
static const char *first_name(struct fastrouter_options *o)
{
	struct fastrouter_cache c;

	if (o->cache_items != 0)
		return DEFAULT_NAME;
	return o->caches.count != 0 && read_cache2(o, o->caches.items[0], &c) ? c.name : NULL;
}

static bool is_configured(struct fastrouter_options *o, const char *name)
{
	struct fastrouter_cache c;

	if (o->cache_items != 0 && strcmp(name, DEFAULT_NAME) == 0)
		return true;
	for (size_t i = 0; i < o->caches.count; i++) {
		if (read_cache2(o, o->caches.items[i], &c) && strcmp(c.name, name) == 0)
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
		if (read_cache2(o, o->caches.items[i], &c))
			put(o, &c, script, folder, yaml);
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
	if (*name == '\0')
		name = first_name(o);
	if (name == NULL || !is_configured(o, name)) {
		fastrouter_options_wrong(o, dashes, slice_of("fastrouter-use-cache"),
					 "there is no cache%s%.60s: give --cache N, or --cache2 "
					 "name=NAME,items=N", name != NULL ? " " : "",
					 name != NULL ? name : "");
		return;
	}
	fastrouter_string(yaml, "      - cache: ", name, "\n");
}
