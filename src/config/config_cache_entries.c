/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `entries` of a cache: items that are there from the start. A key is the name of such an object,
 * as those of a subscription server are: config_subscription_keys.c.
 */
#include "config/config_cache.h"
#include "config/config_parts.h"
#include "config/config_subscription.h"
#include "config/config_types.h"
#include "config/item.h"
#include "core/arena.h"
#include "core/text.h"

const char *config_cache_key_problem(struct slice key)
{
	return config_subscription_key_problem(key);
}

static bool check_key(const struct node *name, const struct conf_place *place)
{
	const char *why = name->kind == NODE_SCALAR ? config_cache_key_problem(name->value)
						    : "expected a key";

	if (why != NULL)
		conf_report(place, CONF_ERROR, name, "%s", why);
	return why == NULL;
}

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
		conf_report(place, CONF_ERROR, node, "no value");
	conf_set_given(conf, item->kind->conf, value);
	return ok && conf->value != NULL;
}

static void read_one(struct config_file *file, const struct object_kind *kind,
		     struct item *cache, const struct node *section, size_t i,
		     const struct conf_place *outer)
{
	const struct node *name = section->keys[i];
	struct conf_place place = conf_place_key(outer, conf_show(outer->arena, name->value));
	struct item *item;

	if (!check_key(name, &place))
		return;
	item = item_new(file, kind, section->items[i]);
	if (!bind_value(item, section, i, &place))
		return;
	item->name = arena_copy(file->arena, name->value);
	item->at = name;
	item_append(file, cache, item);
}

static void read_entries(struct config_file *file, const struct object_kind *kind,
			 struct item *cache, const struct node *section,
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
		read_one(file, kind, cache, section, i, &place);
	item_unique_names(cache, kind, &place);
}

static void check(const struct config_file *file, const struct item *item,
		  const struct conf_place *place)
{
	const struct cache_conf *cache = item->parent->conf;

	(void)file;
	if (item->order >= cache->max_items)
		conf_report(place, CONF_ERROR, item->node,
			    "is one more than max_items: %u", cache->max_items);
}

static void print(const struct item *item, struct text *out)
{
	struct text value;

	text_init(&value);
	conf_print_value(item->conf, conf_find(&config_cache_entry_section, "value"), &value);
	config_print_escaped(&value, out);
	text_close(&value);
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
