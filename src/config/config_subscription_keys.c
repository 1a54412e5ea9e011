/* SPDX-License-Identifier: BSD-2-Clause */
/* `keys` of a subscription server: nodes that are there without an announcement. */
#include <stddef.h>

#include "config/config_parts.h"
#include "config/config_subscription.h"
#include "config/item_keyed.h"
#include "core/regex.h"
#include "core/text.h"

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

/* {nodes: [...]}, which is the form of the API; or the nodes alone. */
static bool bind_value(struct item *item, const struct node *section, size_t i,
		       const struct conf_place *place)
{
	const struct node *node = section->items[i];
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

static void read_keys(struct config_file *file, const struct object_kind *kind,
		      struct item *server, const struct node *section,
		      const struct conf_place *outer)
{
	item_keyed_read(file, kind, server, section, outer, bind_value);
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
	item_keyed_print(item, &rows[0], out);
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
