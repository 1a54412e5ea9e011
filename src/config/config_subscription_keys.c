/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `keys` of a subscription server: nodes that are there without an announcement. A key is the name
 * of such an object. It may have any character but those of control: what is behind the section
 * in its path is all of it, and so it may have slashes.
 */
#include <stddef.h>
#include <string.h>

#include "config/config_parts.h"
#include "config/config_subscription.h"
#include "core/arena.h"
#include "core/regex.h"
#include "core/text.h"

#define KEY_MOST 255

static const struct directive rows[] = {
	{ "nodes", &config_subscription_nodes, offsetof(struct subscription_key_conf, nodes), NULL,
	  APPLIES_LIVE, FROM_API, NULL, NULL,
	  "The nodes of the key: an address, a mapping, or a list of both." },
	{ .name = NULL },
};

const struct conf_section config_subscription_key_section = {
	.name = "subscription_key",
	.rows = rows,
	.size = sizeof(struct subscription_key_conf),
	.given = offsetof(struct subscription_key_conf, given),
};

const char *config_subscription_key_problem(struct slice key)
{
	if (key.len == 0 || key.len > KEY_MOST)
		return "a key has 1 to 255 bytes";
	for (size_t i = 0; i < key.len; i++) {
		unsigned char c = (unsigned char)key.data[i];

		if (c < ' ' || c == 0x7f)
			return "a key has no control characters";
	}
	return NULL;
}

static bool check_key(const struct node *name, const struct conf_place *place)
{
	const char *why = name->kind == NODE_SCALAR
		? config_subscription_key_problem(name->value) : "expected a key";

	if (why != NULL)
		conf_report(place, CONF_ERROR, name, "%s", why);
	return why == NULL;
}

/* {nodes: [...]}, which is the form of the API; or the nodes alone. */
static bool bind_value(struct item *item, const struct node *node, const struct conf_place *place)
{
	struct subscription_key_conf *conf = item->conf;
	bool whole = node->kind == NODE_MAP && node_get(node, "address") == NULL;

	if (whole ? !conf_bind(node, item->kind->conf, conf, place, conf)
		  : !rows[0].type->parse(node, &rows[0], place, &conf->nodes))
		return false;
	if (conf->nodes == NULL)
		conf_report(place, CONF_ERROR, node, "no nodes");
	conf_set_given(conf, item->kind->conf, &rows[0]);
	return conf->nodes != NULL;
}

static void read_one(struct config_file *file, const struct object_kind *kind,
		     struct item *server, const struct node *section, size_t i,
		     const struct conf_place *outer)
{
	const struct node *name = section->keys[i], *node = section->items[i];
	struct conf_place place = conf_place_key(outer, conf_show(outer->arena, name->value));
	struct item *item;

	if (!check_key(name, &place))
		return;
	item = item_new(file, kind, node);
	if (!bind_value(item, node, &place))
		return;
	item->name = arena_copy(file->arena, name->value);
	item->at = name;
	item_append(file, server, item);
}

static void read_keys(struct config_file *file, const struct object_kind *kind,
		      struct item *server, const struct node *section,
		      const struct conf_place *outer)
{
	struct conf_place place = conf_place_key(outer, kind->section);

	if (section == NULL || node_null(section) ||
	    (section->kind == NODE_LIST && section->count == 0))
		return;
	if (section->kind != NODE_MAP) {
		conf_report(&place, CONF_ERROR, section, "expected a mapping by key, not %s",
			    node_kind_name(section));
		return;
	}
	for (size_t i = 0; i < section->count; i++)
		read_one(file, kind, server, section, i, &place);
	item_unique_names(server, kind, &place);
}

/* One that is none would match nothing, and nobody would be told why. */
static void check_regexp(const struct item *item, const struct conf_place *place)
{
	struct regex regex;
	char why[REGEX_WHY];

	if (regex_compile(&regex, slice_of(item->name + 1), why))
		regex_close(&regex);
	else
		conf_report(place, CONF_ERROR, item->node, "%s", why);
}

static void check(const struct config_file *file, const struct item *item,
		  const struct conf_place *place)
{
	const struct subscription_conf *server = item->parent->conf;
	const char *at = ((const struct subscription_key_conf *)item->conf)->nodes;
	struct subscription_static n;
	uint32_t count = 0;

	(void)file;
	while (config_subscription_next(&at, &n))
		count++;
	if (count > server->max_nodes_per_key)
		conf_report(place, CONF_ERROR, item->node, "%u nodes are more than "
			    "max_nodes_per_key: %u", count, server->max_nodes_per_key);
	if (server->regexp && item->name[0] == '~')
		check_regexp(item, place);
}

static void print(const struct item *item, struct text *out)
{
	struct text value;

	text_init(&value);
	conf_print_value(item->conf, &rows[0], &value);
	config_print_escaped(&value, out);
	text_close(&value);
}

const struct object_kind config_subscription_key_kind = {
	.name = "key",
	.plural = "keys",
	.section = "keys",
	.parent = &config_subscription_kind,
	.conf = &config_subscription_key_section,
	.told = TOLD_RESOLVER | TOLD_CONTROL | TOLD_STATE,
	.read = read_keys,
	.check = check,
	.print = print,
};
