/* SPDX-License-Identifier: BSD-2-Clause */
/* `routes` of a uwsgi service: a list of ways from a key to a node, used in their order. */
#include <stdio.h>
#include <string.h>

#include "config/config_parts.h"
#include "config/config_uwsgi.h"
#include "core/addr.h"
#include "core/arena.h"
#include "core/regex.h"
#include "core/text.h"

/* The ways; one is a row here, a directive, and a row of proxy/node_route_kind.c. */
static const char *const ways[] = { "base", "pattern", "match", "nodes", "backends",
				      "subscriptions", "cache", "map", "script" };

static bool given(const struct route_conf *route, const char *directive)
{
	return conf_given(route, &config_route_section,
			  conf_find(&config_route_section, directive));
}

/* NULL, and told: it has no way, or several. */
static const char *find_way(const struct route_conf *route, const struct node *node,
			    const struct conf_place *place)
{
	const char *way = NULL;

	for (size_t i = 0; i < COUNT(ways); i++) {
		if (!given(route, ways[i]))
			continue;
		if (way != NULL) {
			conf_report(place, CONF_ERROR, node, "%s and %s are two routes; begin the "
				    "second one with its own -", way, ways[i]);
			return NULL;
		}
		way = ways[i];
	}
	if (way == NULL)
		conf_report(place, CONF_ERROR, node, "a route needs one of base, pattern, match, "
			    "nodes, backends, subscriptions, cache, map, script");
	return way;
}

/* The highest group that the address names. *named: there is one, $0 counted. */
static unsigned highest_group(const char *address, bool *named)
{
	unsigned highest = 0;

	*named = false;
	for (const char *p = address; *p != '\0'; p++) {
		if (*p != '$' && *p != '\\')
			continue;
		if (p[1] >= '0' && p[1] <= '9') {
			*named = true;
			if ((unsigned)(p[1] - '0') > highest)
				highest = (unsigned)(p[1] - '0');
		}
		p += p[1] == *p;
	}
	return highest;
}

/* What cannot be right for any key is no reason to let requests find it out. */
static const char *match_problem(const struct route_match_conf *match, char *why, size_t size)
{
	struct addr addr;
	bool named;

	if (match->regex == NULL || match->address == NULL)
		return "needs regex and address";
	(void)highest_group(match->address, &named);
	if (!named && !addr_parse(&addr, slice_of(match->address), ADDR_DIAL, NULL, why, size))
		return why;
	if (!named)
		return addr.client_port ? "address: the port of the client leads back here" : NULL;
	if (strchr("/@$\\", match->address[0]) != NULL || strchr(match->address, ':') != NULL)
		return NULL;
	snprintf(why, size, "address: %.80s is no address; write a path that begins with /, or add "
		 "a port", match->address);
	return why;
}

/* A group that is not there is empty in each address. */
static void check_groups(const struct route_match_conf *match, const struct node *node,
			 const struct conf_place *key)
{
	struct regex regex;
	bool named;
	unsigned highest = highest_group(match->address, &named), groups;
	char why[REGEX_WHY];

	if (!regex_compile(&regex, slice_of(match->regex), why))
		return;
	groups = regex_groups(&regex);
	regex_close(&regex);
	if (highest > groups)
		conf_report(key, CONF_WARNING, node, "address: there is no $%u: the expression has "
			    "%u group%s", highest, groups, groups == 1 ? "" : "s");
}

static bool check_match(const struct route_match_conf *match, const struct node *node,
			const struct conf_place *place)
{
	struct conf_place key = conf_place_key(place, "match");
	char text[400];
	const char *why = match_problem(match, text, sizeof(text));

	if (why != NULL)
		conf_report(&key, CONF_ERROR, node, "%s", why);
	else
		check_groups(match, node, &key);
	return why == NULL;
}

/* A key in it, or each would have the same node. */
static bool check_pattern(const struct route_conf *route, const struct node *node,
			  const struct conf_place *place)
{
	struct conf_place key = conf_place_key(place, "pattern");
	const char *p = route->pattern != NULL ? route->pattern : "";

	while ((p = strchr(p, '%')) != NULL && p[1] != 's')
		p += p[1] != '\0' ? 2 : 1;
	if (p == NULL)
		conf_report(&key, CONF_ERROR, node, "has no %%s, which is where the key goes");
	return p != NULL;
}

/* The language is what the name of the file says, unless it is given. */
static bool finish_script(struct script_conf *script, const struct node *node,
			  const struct conf_place *place)
{
	struct conf_place key = conf_place_key(place, "script");

	if (script->file == NULL)
		conf_report(&key, CONF_ERROR, node, "needs the file of the script");
	else if (script->function == NULL)
		conf_report(&key, CONF_ERROR, node, "needs the function that is called");
	else if (!conf_given(script, &config_script_section,
			     conf_find(&config_script_section, "language")))
		script->language = config_script_language_of(script->file);
	return script->file != NULL && script->function != NULL;
}

static bool is_taken(const struct item *service, const char *name)
{
	const struct item *i = item_first(service, &config_route_kind);

	while (i != NULL && strcmp(i->name, name) != 0)
		i = item_next(i);
	return i != NULL;
}

/* A word that names the route: its own, or its way with a number where there are several. */
static const char *name_of(struct config_file *file, const struct item *service,
			   const struct route_conf *route, const char *way)
{
	const char *name = way;

	if (route->name != NULL)
		return route->name;
	for (unsigned number = 2; is_taken(service, name); number++)
		name = arena_printf(file->arena, "%s-%u", way, number);
	return name;
}

/* A mapping file is a cache: config_caches.c. The route is the same when it is read again. */
static void make_cache(struct config_file *file, const struct item *service,
		       struct route_conf *route, const char *name)
{
	const struct conf_section *section = &config_route_section;
	ptrdiff_t map = conf_find(section, "map") - section->rows;

	route->cache = strcmp(name, "map") == 0
		? service->name : arena_printf(file->arena, "%s-%s", service->name, name);
	route->name = name;
	route->map = NULL;
	route->given &= ~conf_bit(map);
	conf_set_given(route, section, conf_find(section, "cache"));
	conf_set_given(route, section, conf_find(section, "name"));
}

static void read_one(struct config_file *file, struct item *service, const struct node *node,
		     const struct conf_place *place)
{
	struct item *item = item_new(file, &config_route_kind, node);
	struct route_conf *route = item->conf;
	const char *way;

	if (node->kind != NODE_MAP) {
		conf_report(place, CONF_ERROR, node,
			    "expected a mapping such as {base: DIR}, not %s", node_kind_name(node));
		return;
	}
	if (!conf_bind(node, &config_route_section, route, place, route))
		return;
	way = find_way(route, node, place);
	if (way == NULL)
		return;
	if (strcmp(way, "match") == 0 && !check_match(&route->match, node, place))
		return;
	if (strcmp(way, "pattern") == 0 && !check_pattern(route, node, place))
		return;
	if (strcmp(way, "script") == 0 && !finish_script(&route->script, node, place))
		return;
	item->name = name_of(file, service, route, way);
	if (route->nodes != NULL && *route->nodes == '\0')
		route->nodes = item->name;
	/* a mapping is a server: config_subscriptions.c */
	if (route->subscriptions != NULL && *route->subscriptions == '\0')
		route->subscriptions = strcmp(item->name, way) == 0
			? service->name
			: arena_printf(file->arena, "%s-%s", service->name, item->name);
	if (route->map != NULL)
		make_cache(file, service, route, item->name);
	item_append(file, service, item);
}

static void read_routes(struct config_file *file, const struct object_kind *kind,
			struct item *service, const struct node *section,
			const struct conf_place *outer)
{
	struct conf_place place = conf_place_key(outer, kind->section);

	if (section == NULL || node_null(section))
		return;
	if (section->kind != NODE_LIST) {
		conf_report(&place, CONF_ERROR, section, "expected a list of routes, not %s",
			    node_kind_name(section));
		return;
	}
	if (section->count > ROUTES_MAX)
		conf_report(&place, CONF_ERROR, section, "more than %d routes", ROUTES_MAX);
	for (size_t i = 0; i < section->count; i++) {
		struct conf_place at = conf_place_item(&place, i);

		read_one(file, service, section->items[i], &at);
	}
	item_unique_names(service, kind, &place);
}

static void print(const struct item *item, struct text *out)
{
	struct text all;

	text_init(&all);
	conf_print(item->conf, item->kind->conf, &all);
	config_print_escaped(&all, out);
	text_close(&all);
}

static const char *describe(const void *conf, char *buf, size_t size)
{
	const struct route_conf *route = conf;
	const char *value = route->base != NULL ? route->base
			  : route->pattern != NULL ? route->pattern
			  : route->nodes != NULL ? route->nodes
			  : route->backends != NULL ? route->backends
			  : route->subscriptions != NULL ? route->subscriptions
			  : route->cache != NULL ? route->cache
			  : route->script.file != NULL ? route->script.file
			  : route->match.regex;

	snprintf(buf, size, "%s", value);
	return buf;
}

static const char *script(const void *conf)
{
	return ((const struct route_conf *)conf)->script.file;
}

const struct object_kind config_route_kind = {
	.name = "route",
	.plural = "routes",
	.section = "routes",
	.parent = &config_service_kind,
	.conf = &config_route_section,
	.cell = CELL_ROUTE,
	.told = TOLD_WORKERS | TOLD_CONTROL | TOLD_STATE | TOLD_MAPPER,
	.ordered = true,
	.unnamed = true,
	.read = read_routes,
	.check_system = config_deep_route,
	.script = script,
	.print = print,
	.describe = describe,
};
