/* SPDX-License-Identifier: BSD-2-Clause */
/* Directives of caches; the order is the manual's and that of -T. */
#include <stddef.h>
#include <string.h>

#include "config/config_cache.h"
#include "config/config_types.h"
#include "config/item.h"
#include "core/arena.h"
#include "core/cache_value.h"
#include "core/text.h"

#define LIVE APPLIES_LIVE

static const struct conf_bounds some_time = { 1000, UINT32_MAX };
static const struct conf_bounds many = { 1, 100000000 };
static const struct conf_bounds memory = { 1 << 16, (uint64_t)1 << 40 };

static bool add_node(const struct node *node, const struct directive *d,
		     const struct conf_place *place, struct text *all)
{
	char why[CACHE_VALUE_WHY];

	if (!conf_types_scalar(node, d->type->name, place))
		return false;
	if (!cache_value_check(node->value, why))
		return conf_types_wrong(node, d, place, why);
	text_printf(all, "%s%.*s", all->len > 0 ? "|" : "", (int)node->value.len,
		    node->value.data);
	return true;
}

static bool parse_nodes(const struct node *node, const struct directive *d,
			const struct conf_place *place, void *field)
{
	return conf_types_parse_list(node, d, place, field, add_node);
}

static void print_nodes(const void *field, const struct directive *d, struct text *out)
{
	const char *at = *(const char *const *)field;

	(void)d;
	text_putc(out, '[');
	while (at != NULL && *at != '\0') {
		size_t len = strcspn(at, "|");

		text_printf(out, "\"%.*s\"", (int)len, at);
		at += len + strspn(at + len, "|");
		text_puts(out, *at != '\0' ? ", " : "");
	}
	text_putc(out, ']');
}

static const struct conf_type nodes_type = {
	.name = "a list of addresses",
	.size = sizeof(const char *),
	.parse = parse_nodes,
	.print = print_nodes,
	.strings = conf_types_visit_text,
};

#define AT(field) offsetof(struct cache_conf, field)

static const struct directive rows[] = {
	{ "name", &conf_elsewhere, 0, NULL, LIVE, FROM_API, NULL, NULL,
	  "What it is called, where caches is a list." },
	{ "entries", &conf_elsewhere, 0, NULL, LIVE, FROM_API, NULL, NULL,
	  "Items that are there from the start: values by key." },
	{ "max_items", &conf_count, AT(max_items), "1000000", LIVE, FROM_API, &many, NULL,
	  "Items at most; further ones are refused." },
	{ "max_memory", &conf_size, AT(max_memory), "1g", LIVE, FROM_API, &memory, NULL,
	  "Bytes of all items at most; further ones are refused." },
	{ "file", &conf_path, AT(file), NULL, LIVE, FROM_FILE, NULL, NULL,
	  "A mapping file whose lines are items: key[,modifier1] and addresses. It is read again "
	  "by each reload." },
	{ "nodes", &nodes_type, AT(nodes), NULL, LIVE, FROM_API, NULL, NULL,
	  "The addresses that lines of the mapping file mean that have none." },
	{ "persist", &conf_path, AT(persist), NULL, LIVE, FROM_FILE, NULL, NULL,
	  "A file that heddle keeps the items in, so that they survive a restart." },
	{ "persist_interval", &conf_duration, AT(persist_interval_ms), "10s", LIVE, FROM_API,
	  &some_time, NULL,
	  "How often the file of persist is written when items have changed." },
	{ "script", &conf_path, AT(script), NULL, LIVE, FROM_FILE, NULL, NULL,
	  "A script in Python that fills the cache, by the functions of uWSGI; it is run at the "
	  "start and by each reload." },
	{ .name = NULL },
};

#undef AT

static bool holds_entries(const char *key)
{
	return strcmp(key, config_cache_entry_kind.section) == 0;
}

const struct conf_section config_cache_section = {
	.name = "cache",
	.rows = rows,
	.size = sizeof(struct cache_conf),
	.given = offsetof(struct cache_conf, given),
	.holds = holds_entries,
};

/* A value that is an address, as the API and the file have it. */
static bool parse_value(const struct node *node, const struct directive *d,
			const struct conf_place *place, void *field)
{
	char why[CACHE_VALUE_WHY];

	if (!conf_types_scalar(node, d->type->name, place))
		return false;
	if (!cache_value_check(node->value, why))
		return conf_types_wrong(node, d, place, why);
	*(const char **)field = arena_copy(place->arena, node->value);
	return true;
}

const struct conf_type config_cache_value = {
	.name = "an address",
	.size = sizeof(const char *),
	.parse = parse_value,
	.print = conf_types_print_text,
	.strings = conf_types_visit_text,
};

static const struct directive entry_rows[] = {
	{ "value", &config_cache_value, offsetof(struct cache_entry_conf, value), NULL, LIVE,
	  FROM_API, NULL, NULL,
	  "ADDRESS[,MODIFIER1[,MODIFIER2]], or several with | between them, which get requests in "
	  "turn." },
	{ .name = NULL },
};

const struct conf_section config_cache_entry_section = {
	.name = "entry",
	.rows = entry_rows,
	.size = sizeof(struct cache_entry_conf),
	.given = offsetof(struct cache_entry_conf, given),
};

#define AT(field) offsetof(struct cache_server_conf, field)

static bool parse_cache(const struct node *node, const struct directive *d,
			const struct conf_place *place, void *field)
{
	const char *why;

	if (!conf_string.parse(node, d, place, field))
		return false;
	if (*(const char **)field == NULL || slice_is(node->value, "off")) {
		*(const char **)field = NULL;
		return true;
	}
	why = item_name_problem(*(const char **)field);
	return why == NULL || conf_types_wrong(node, d, place, why);
}

static const struct conf_type cache_type = {
	.name = "the name of a cache",
	.size = sizeof(const char *),
	.parse = parse_cache,
	.print = conf_types_print_text,
	.strings = conf_types_visit_text,
};

/* Networks, of which there may be none; NULL: local. */
static bool parse_writers(const struct node *node, const struct directive *d,
			  const struct conf_place *place, void *field)
{
	const char **networks = field;

	*networks = NULL;
	if (node->kind == NODE_SCALAR && (node_null(node) || slice_is(node->value, "local")))
		return true;
	if (!config_networks.parse(node, d, place, field))
		return false;
	if (*networks == NULL)
		*networks = "";
	return true;
}

static void print_writers(const void *field, const struct directive *d, struct text *out)
{
	if (*(const char *const *)field == NULL)
		text_puts(out, "local");
	else
		config_networks.print(field, d, out);
}

static const struct conf_type writers_type = {
	.name = "local, or a list of networks",
	.size = sizeof(const char *),
	.parse = parse_writers,
	.print = print_writers,
	.strings = conf_types_visit_text,
};

static const struct directive server_rows[] = {
	{ "cache", &cache_type, AT(cache), NULL, LIVE, FROM_API, NULL, NULL,
	  "The name of the cache." },
	{ "write", &writers_type, AT(write), "local", LIVE, FROM_API, NULL, NULL,
	  "Networks of clients that may change items, [] for none; local: clients on this "
	  "machine." },
	{ .name = NULL },
};

#undef AT

static bool server_scalar(const struct node *node, const struct conf_place *place, void *conf)
{
	struct cache_server_conf *server = conf;

	return cache_type.parse(node, conf_find(&config_cache_server_section, "cache"), place,
				&server->cache);
}

static const char *server_shorthand(const void *conf)
{
	return ((const struct cache_server_conf *)conf)->cache != NULL ? NULL : "off";
}

const struct conf_section config_cache_server_section = {
	.name = "cache_server",
	.rows = server_rows,
	.size = sizeof(struct cache_server_conf),
	.given = offsetof(struct cache_server_conf, given),
	.scalar = server_scalar,
	.scalar_row = "cache",
	.shorthand = server_shorthand,
};
