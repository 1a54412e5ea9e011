/* SPDX-License-Identifier: BSD-2-Clause */
/* Directives of routes; the order is the manual's and that of -T. */
#include <stddef.h>
#include <string.h>

#include "config/config_types.h"
#include "config/config_uwsgi.h"
#include "config/item.h"
#include "core/arena.h"
#include "core/text.h"

#define LIVE APPLIES_LIVE

#define AT(field) offsetof(struct route_match_conf, field)

static const struct directive match_rows[] = {
	{ "regex", &conf_regex, AT(regex), NULL, LIVE, FROM_API, NULL, NULL,
	  "A regular expression (PCRE2) that the key is searched for." },
	{ "address", &conf_string, AT(address), NULL, LIVE, FROM_API, NULL, NULL,
	  "The address of the node; $1 to $9 are what the groups of the expression have found." },
	{ "ignore_case", &conf_bool, AT(ignore_case), "off", LIVE, FROM_API, NULL, NULL,
	  "Small and capital letters are the same." },
	{ .name = NULL },
};

#undef AT

static const struct conf_section match_section = {
	.name = "match",
	.rows = match_rows,
	.size = sizeof(struct route_match_conf),
	.given = offsetof(struct route_match_conf, given),
};

/* Of a route, or of a service. */
static bool parse_name(const struct node *node, const struct directive *d,
		       const struct conf_place *place, void *field)
{
	const char *why;

	if (!conf_string.parse(node, d, place, field))
		return false;
	why = item_name_problem(*(const char **)field != NULL ? *(const char **)field : "");
	return why == NULL || conf_types_wrong(node, d, place, why);
}

static const struct conf_type name_type = {
	.name = "a name",
	.size = sizeof(const char *),
	.parse = parse_name,
	.print = conf_types_print_text,
	.strings = conf_types_visit_text,
};

/* A list holds backends, which config_backends.c reads; then the route's own name is theirs. */
static bool parse_nodes(const struct node *node, const struct directive *d,
			const struct conf_place *place, void *field)
{
	(void)d;
	if (node->kind == NODE_MAP) {
		conf_report(place, CONF_ERROR, node, "expected a list of nodes, not a mapping");
		return false;
	}
	*(const char **)field = node->kind == NODE_LIST ? ""
						       : arena_copy(place->arena, node->value);
	return true;
}

static const struct conf_type nodes_type = {
	.name = "a list of nodes",
	.size = sizeof(const char *),
	.parse = parse_nodes,
	.print = conf_types_print_text,
	.strings = conf_types_visit_text,
};

/* A mapping is a server of its own, which config_subscriptions.c reads and names. */
static bool parse_server(const struct node *node, const struct directive *d,
			 const struct conf_place *place, void *field)
{
	if (node->kind != NODE_MAP)
		return parse_name(node, d, place, field);
	*(const char **)field = "";
	return true;
}

static const struct conf_type server_type = {
	.name = "the name of a subscription server",
	.size = sizeof(const char *),
	.parse = parse_server,
	.print = conf_types_print_text,
	.strings = conf_types_visit_text,
};

/* A mapping is a cache of its own, which config_caches.c reads; so is a file, by its path. */
static bool parse_map(const struct node *node, const struct directive *d,
		      const struct conf_place *place, void *field)
{
	if (node->kind == NODE_MAP)
		*(const char **)field = "";
	else if (!conf_path.parse(node, d, place, field))
		return false;
	return *(const char **)field != NULL ||
	       conf_types_wrong(node, d, place, "write the path of a mapping file");
}

static const struct conf_type map_type = {
	.name = "a mapping file",
	.size = sizeof(const char *),
	.parse = parse_map,
	.print = conf_types_print_text,
	.strings = conf_types_visit_text,
};

/* One that ends in a name of a folder without its slash is meant as that folder. */
static bool parse_base(const struct node *node, const struct directive *d,
		       const struct conf_place *place, void *field)
{
	struct text all;
	bool ok = conf_path.parse(node, d, place, field);
	const char *path = *(const char **)field;

	if (!ok)
		return false;
	if (path == NULL)
		return conf_types_wrong(node, d, place, "write the folder of the sockets");
	text_init(&all);
	text_puts(&all, path);
	if (all.data[all.len - 1] != '/')
		text_putc(&all, '/');
	*(const char **)field = arena_strdup(place->arena, text_cstr(&all));
	text_close(&all);
	return true;
}

/* Without a colon it is a path, as uWSGI has it; a relative one belongs to the file. */
static bool parse_pattern(const struct node *node, const struct directive *d,
			  const struct conf_place *place, void *field)
{
	const char **pattern = field;
	bool ok = conf_string.parse(node, d, place, field);

	if (ok && *pattern != NULL && strchr("/@", **pattern) == NULL &&
	    strchr(*pattern, ':') == NULL)
		*pattern = conf_types_absolute(node, slice_of(*pattern), place->arena);
	return ok;
}

static const struct conf_type pattern_type = {
	.name = "an address with %s",
	.size = sizeof(const char *),
	.parse = parse_pattern,
	.print = conf_types_print_text,
	.strings = conf_types_visit_text,
};

static const struct conf_type base_type = {
	.name = "a path",
	.size = sizeof(const char *),
	.parse = parse_base,
	.print = conf_types_print_text,
	.strings = conf_types_visit_text,
};

static const struct conf_word uses[] = {
	{ "all", ROUTE_FOR_ALL },
	{ "failed", ROUTE_FOR_FAILED },
	{ NULL, 0 },
};

#define AT(field) offsetof(struct route_conf, field)

static const struct directive route_rows[] = {
	{ "name", &name_type, AT(name), NULL, LIVE, FROM_API, NULL, NULL,
	  "What the route is called in logs and stats; without it, as its way: base, pattern, "
	  "match, nodes, backends, subscriptions, cache, map or script." },
	{ "base", &base_type, AT(base), NULL, LIVE, FROM_API, NULL, NULL,
	  "A folder of unix sockets that are called by the key." },
	{ "pattern", &pattern_type, AT(pattern), NULL, LIVE, FROM_API, NULL, NULL,
	  "The address of the node, with %s where the key goes, and %% for a percent sign." },
	{ "match", &conf_block, AT(match), NULL, LIVE, FROM_API, &match_section, NULL,
	  "The address of the node, made of what a regular expression finds in the key." },
	{ "nodes", &nodes_type, AT(nodes), NULL, LIVE, FROM_API, NULL, NULL,
	  "A list of nodes, which become backends of the service; or the route that backends "
	  "name." },
	{ "backends", &name_type, AT(backends), NULL, LIVE, FROM_API, NULL, NULL,
	  "The backends of the service with this name, as it balances and checks them." },
	{ "subscriptions", &server_type, AT(subscriptions), NULL, LIVE, FROM_API, NULL, NULL,
	  "The nodes that are subscribed to the subscription server with this name; a mapping is a "
	  "server that is called as the service." },
	{ "cache", &name_type, AT(cache), NULL, LIVE, FROM_API, NULL, NULL,
	  "The nodes that the item of the key names in the cache with this name." },
	{ "map", &map_type, AT(map), NULL, LIVE, FROM_FILE, NULL, NULL,
	  "A mapping file: key[,modifier1] and addresses on each line; or a mapping, which is a "
	  "cache that is called as the service." },
	{ "script", &conf_block, AT(script), NULL, LIVE, FROM_FILE, &config_script_section, NULL,
	  "The address that a function of a script returns for the key." },
	{ "for", &conf_word, AT(use), "all", LIVE, FROM_API, uses, NULL,
	  "Which sessions: all, or failed: those that a node has failed that an earlier route "
	  "named." },
	{ .name = NULL },
};

#undef AT

const struct conf_section config_route_section = {
	.name = "route",
	.rows = route_rows,
	.size = sizeof(struct route_conf),
	.given = offsetof(struct route_conf, given),
};
