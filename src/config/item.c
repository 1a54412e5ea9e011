/* SPDX-License-Identifier: BSD-2-Clause */
/* Items: made, found, and read from any section that is a mapping or a list of named things. */
#include "config/item.h"

#include <stdlib.h>
#include <string.h>

#include "config/conf_types.h"
#include "core/arena.h"

/* The defaults of a kind are parsed once a load: there may be thousands of its objects. */
static const void *builtin(struct config_file *file, const struct object_kind *kind)
{
	const struct conf_place nowhere = { .name = "", .arena = file->arena };
	const void **initial = &file->initial[object_kind_index(kind)];

	if (*initial == NULL) {
		void *conf = arena_alloc(file->arena, kind->conf->size);

		(void)conf_bind(NULL, kind->conf, NULL, &nowhere, conf);
		*initial = conf;
	}
	return *initial;
}

const void *item_initial(struct config_file *file, const struct object_kind *kind)
{
	return kind->inherits && file->defaults != NULL ? file->defaults : builtin(file, kind);
}

struct item *item_new(struct config_file *file, const struct object_kind *kind,
		      const struct node *node)
{
	struct item *item = arena_alloc(file->arena, sizeof(*item));

	item->kind = kind;
	item->node = item->at = node;
	item->conf = arena_alloc(file->arena, kind->conf->size);
	memcpy(item->conf, item_initial(file, kind), kind->conf->size);
	return item;
}

void item_append(struct config_file *file, struct item *parent, struct item *item)
{
	file->counts[object_kind_index(item->kind)]++;
	item->parent = parent;
	if (parent->last != NULL && parent->last->kind == item->kind)
		item->order = parent->last->order + 1;
	if (parent->last != NULL)
		parent->last->next = item;
	else
		parent->first = item;
	parent->last = item;
}

static void count_out(struct config_file *file, const struct item *item)
{
	file->counts[object_kind_index(item->kind)]--;
	for (const struct item *i = item->first; i != NULL; i = i->next)
		count_out(file, i);
}

void item_unlink(struct config_file *file, struct item *item)
{
	struct item *parent = item->parent, **at = &parent->first, *before = NULL;

	while (*at != item) {
		before = *at;
		at = &(*at)->next;
	}
	*at = item->next;
	if (parent->last == item)
		parent->last = before;
	item->next = NULL;
	count_out(file, item);
}

struct object *item_object(const struct item *item)
{
	const struct object_source source = {
		.name = item->name, .file = item->at->file, .line = item->at->line,
		.column = item->at->column, .order = item->order, .conf = item->conf,
	};

	return object_new(item->kind, &source);
}

static struct item *skip_others(struct item *item, const struct object_kind *kind)
{
	while (item != NULL && item->kind != kind)
		item = item->next;
	return item;
}

struct item *item_first(const struct item *parent, const struct object_kind *kind)
{
	return skip_others(parent->first, kind);
}

struct item *item_next(const struct item *item)
{
	return skip_others(item->next, item->kind);
}

size_t item_count(const struct config_file *file, const struct object_kind *kind)
{
	return file->counts[object_kind_index(kind)];
}

void item_read_children(struct config_file *file, struct item *parent, const struct node *map,
			const struct conf_place *place)
{
	for (unsigned i = 0; object_kinds[i] != NULL; i++) {
		const struct object_kind *kind = object_kinds[i];

		if (kind->parent != parent->kind)
			continue;
		if (kind->read != NULL)
			kind->read(file, kind, parent, node_get(map, kind->section), place);
		else
			item_read_named(file, kind, parent, node_get(map, kind->section), place);
	}
}

/* Settings that are not indented below the name of their object look like objects. */
static void fail_kind(const struct object_kind *kind, const struct node *name,
		      const struct node *node, const struct conf_place *place)
{
	if (node->file == NULL)	/* of the API, which has no lines */
		conf_report(place, CONF_ERROR, node, "expected a mapping, not %s",
			    node_kind_name(node));
	else if (conf_find(kind->conf, name->value.data) != NULL)
		conf_report(place, CONF_ERROR, name,
			    "belongs to a %s; indent it below the name of the %s", kind->name,
			    kind->name);
	else if (node_null(node))
		conf_report(place, CONF_ERROR, node,
			    "no settings; indent them below the name of the %s", kind->name);
	else
		conf_report(place, CONF_ERROR, node, "expected a mapping, not %s%s",
			    node_kind_name(node),
			    node->kind == NODE_LIST ? "; take the - away" : "");
}

/* A name for the path of messages even where the name itself is wrong. */
static void read_one(struct config_file *file, const struct object_kind *kind,
		     struct item *parent, const struct node *name, const struct node *node,
		     const struct conf_place *place)
{
	struct item *item;

	if (!item_check_name(name, place))
		return;
	if (node->kind != NODE_MAP) {
		fail_kind(kind, name, node, place);
		return;
	}
	item = item_new(file, kind, node);
	item_append(file, parent, item);
	item->name = arena_copy(file->arena, name->value);
	item->at = name;
	(void)conf_bind(node, kind->conf, item->conf, place, item->conf);
	if (kind->finish != NULL)
		kind->finish(file, item);
	item_read_children(file, item, node, place);
}

static void read_nth(struct config_file *file, const struct object_kind *kind,
		     struct item *parent, const struct node *section, size_t i,
		     const struct conf_place *place)
{
	const struct node *node = section->items[i];
	const struct node *name = node->kind == NODE_MAP ? node_get(node, "name") : NULL;
	struct conf_place at = conf_place_item(place, i);

	if (section->kind == NODE_LIST && name == NULL) {
		conf_report(&at, CONF_ERROR, node,
			    "a %s in a list is a mapping with a name; write name: in it, or take "
			    "the - away", kind->name);
		return;
	}
	if (section->kind == NODE_MAP && name != NULL) {
		at = conf_place_key(place, section->keys[i]->value.data);
		conf_report(&at, CONF_ERROR, name, "has its name already; drop name");
		return;
	}
	if (section->kind == NODE_MAP)
		name = section->keys[i];
	at = conf_place_key(place, conf_show(place->arena, name->value));
	read_one(file, kind, parent, name, node, &at);
}

void item_read_named(struct config_file *file, const struct object_kind *kind,
		     struct item *parent, const struct node *section,
		     const struct conf_place *outer)
{
	struct conf_place place = conf_place_key(outer, kind->section);

	if (section == NULL || node_null(section))
		return;
	if (section->kind == NODE_SCALAR) {
		conf_report(&place, CONF_ERROR, section, "expected a mapping or a list, not %s",
			    node_kind_name(section));
		return;
	}
	for (size_t i = 0; i < section->count; i++)
		read_nth(file, kind, parent, section, i, &place);
	item_unique_names(parent, kind, &place);
}

void item_each(const struct item *parent, const struct conf_place *place,
	       const struct item_visit *visit)
{
	for (const struct item *item = parent->first; item != NULL; item = item->next) {
		struct conf_place section = conf_place_key(place, item->kind->section);
		struct conf_place own = conf_place_key(&section, item->name);

		visit->each(item, &own, visit->arg);
		item_each(item, &own, visit);
	}
}
