/* SPDX-License-Identifier: BSD-2-Clause */
/* `caches`, also those that stand as `map` in a route. */
#include <string.h>
#include <sys/stat.h>

#include "config/config_cache.h"
#include "config/config_parts.h"
#include "config/config_types.h"
#include "config/item_in_route.h"
#include "core/xxh64.h"

static void add_number(struct xxh64 *x, uint64_t number)
{
	xxh64_add(x, (struct slice){ (const char *)&number, sizeof(number) });
}

uint64_t config_cache_file_version(const char *path)
{
	struct stat st;
	struct xxh64 x;

	if (path == NULL || stat(path, &st) != 0)
		return 0;
	xxh64_begin(&x);
	add_number(&x, (uint64_t)st.st_dev);
	add_number(&x, (uint64_t)st.st_ino);
	add_number(&x, (uint64_t)st.st_size);
	add_number(&x, (uint64_t)st.st_mtime);
	add_number(&x, (uint64_t)st.st_ctime);
#ifdef __linux__
	add_number(&x, (uint64_t)st.st_mtim.tv_nsec);
	add_number(&x, (uint64_t)st.st_ctim.tv_nsec);
#endif
	return xxh64_sum(&x) | 1;
}

static void finish(const struct config_file *file, struct item *item)
{
	struct cache_conf *conf = item->conf;

	(void)file;
	conf->file_version = config_cache_file_version(conf->file);
}

static void check(const struct config_file *file, const struct item *item,
		  const struct conf_place *place)
{
	const struct cache_conf *conf = item->conf;
	struct conf_place nodes = conf_place_key(place, "nodes");

	(void)file;
	if (conf->nodes != NULL && conf->file == NULL)
		conf_report(&nodes, CONF_WARNING, item->node,
			    "has no effect without file: they are for its lines");
}

/* `map: FILE` says what {file: FILE} would. */
static const struct node *long_form(const struct node *node, struct arena *arena)
{
	struct node *map = node_new(arena, NODE_MAP, node);

	node_add_pair(arena, map, node_scalar(arena, "file", node), (struct node *)node);
	return map;
}

/* A file, or a cache with a file, that stands in a route. */
static bool bind_map(struct item *item, const struct node *node, const struct conf_place *place)
{
	const struct directive *file = conf_find(&config_cache_section, "file");
	struct cache_conf *conf = item->conf;

	if (node->kind == NODE_MAP) {
		if (!conf_bind(node, &config_cache_section, conf, place, conf))
			return false;
		if (conf->file == NULL)
			conf_report(place, CONF_ERROR, node, "needs file: the mapping file");
		return conf->file != NULL;
	}
	conf_set_given(conf, &config_cache_section, file);
	item->node = long_form(node, place->arena);
	return conf_path.parse(node, file, place, &conf->file);
}

static const char *name_in_route(const struct route_conf *route)
{
	return route->cache;
}

static bool is_map(const struct node *node)
{
	(void)node;
	return true;
}

static const struct item_in_route in_route = { "map", name_in_route, is_map, bind_map };

static void read_caches(struct config_file *file, const struct object_kind *kind,
			struct item *root, const struct node *section,
			const struct conf_place *top)
{
	item_in_route_read(file, kind, root, section, top, &in_route);
}

static const char *describe(const void *conf, char *buf, size_t size)
{
	const struct cache_conf *cache = conf;

	(void)buf;
	(void)size;
	return cache->file != NULL ? cache->file : "";
}

static const char *script(const void *conf)
{
	return ((const struct cache_conf *)conf)->script;
}

const struct object_kind config_cache_kind = {
	.name = "cache",
	.plural = "caches",
	.section = "caches",
	.parent = &config_settings_kind,
	.conf = &config_cache_section,
	.told = TOLD_RESOLVER | TOLD_WORKERS | TOLD_CONTROL | TOLD_STATE |
		TOLD_MAPPER,
	.script = script,
	.counted = true,
	.read = read_caches,
	.finish = finish,
	.check = check,
	.check_system = config_deep_cache,
	.also_changes = "its mapping file is another one now",
	.describe = describe,
};
