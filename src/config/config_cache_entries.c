/* SPDX-License-Identifier: BSD-2-Clause */
/* `entries` of a cache: items that are there from the start. */
#include "config/config_cache.h"
#include "config/config_parts.h"
#include "config/config_types.h"
#include "config/item_keyed.h"

/* {value: TEXT}, which is the form of the API; or the value alone. */
static bool bind_value(struct item *item, const struct node *section, size_t i,
		       const struct conf_place *place)
{
	const struct node *node = section->items[i];
	const struct directive *value = conf_find(&config_cache_entry_section, "value");
	struct cache_entry_conf *conf = item->conf;
	bool ok;

	if (node_null(node)) {
		conf_report_comma(section, i, place->outer);
		return false;
	}
	if (node->kind == NODE_MAP)
		ok = conf_bind(node, item->kind->conf, conf, place, conf);
	else
		ok = value->type->parse(node, value, place, &conf->value);
	if (ok && conf->value == NULL)
		conf_report(place, CONF_ERROR, node, "no value: write {value: ADDRESS}");
	conf_set_given(conf, item->kind->conf, value);
	return ok && conf->value != NULL;
}

static void read_entries(struct config_file *file, const struct object_kind *kind,
			 struct item *cache, const struct node *section,
			 const struct conf_place *outer)
{
	item_keyed_read(file, kind, cache, section, outer, bind_value);
}

static void check(const struct config_file *file, const struct item *item,
		  const struct conf_place *place)
{
	const struct cache_conf *cache = item->parent->conf;

	(void)file;
	/* no error: a limit that was lowered must not make a state file unusable */
	if (item->order >= cache->max_items)
		conf_report(place, CONF_WARNING, item->node,
			    "is one more than max_items: %u: it may be refused", cache->max_items);
}

static void print(const struct item *item, struct text *out)
{
	item_keyed_print(item, conf_find(&config_cache_entry_section, "value"), out);
}

const struct object_kind config_cache_entry_kind = {
	.name = "entry",
	.plural = "entries",
	.section = "entries",
	.parent = &config_cache_kind,
	.conf = &config_cache_entry_section,
	.told = TOLD_RESOLVER | TOLD_CONTROL | TOLD_STATE,
	.read = read_entries,
	.check = check,
	.print = print,
};
