/* SPDX-License-Identifier: BSD-2-Clause */
#include "config/config_tree.h"

#include <string.h>

#include "config/config_part.h"
#include "config/config_types.h"
#include "core/arena.h"
#include "core/text.h"
#include "core/yaml.h"

#define DEPTH 8	/* kinds below each other */

static void add(struct arena *arena, struct node *map, const char *key, struct node *value)
{
	node_add_pair(arena, map, node_scalar(arena, key, NULL), value);
}

/* Values that are no texts: a client in JSON gets them as numbers and booleans. */
static bool is_plain(const struct directive *d)
{
	return d->type == &conf_bool || d->type == &conf_count || d->type == &conf_block ||
	       d->type == &config_sample || d->type == &config_modifier;
}

/* What the directive prints, as the tree that it would be read from. */
static struct node *printed(const void *conf, const struct directive *d, struct arena *arena)
{
	struct conf_errors errors;
	struct node *node;
	struct text text;

	text_init(&text);
	conf_print_value(conf, d, &text);
	if (text.len > 0 && strchr("{[\"", text.data[0]) != NULL) {
		conf_errors_init(&errors, arena);
		node = yaml_read_text("", text_slice(&text), arena, &errors);
		conf_errors_close(&errors);
	} else {
		node = node_scalar(arena, text_cstr(&text), NULL);
		node->quoted = !is_plain(d);
	}
	text_close(&text);
	return node;
}

static void add_given(struct node *map, const void *conf, const struct conf_section *section,
		      unsigned flags, struct arena *arena);

static struct node *value_of(const void *conf, const struct directive *d, unsigned flags,
			     struct arena *arena)
{
	const struct conf_section *section = d->type == &conf_block ? d->extra : NULL;
	const char *field = (const char *)conf + d->offset;
	struct node *map;

	if (section == NULL || (section->shorthand != NULL && section->shorthand(field) != NULL))
		return printed(conf, d, arena);
	map = node_new(arena, NODE_MAP, NULL);
	add_given(map, field, section, flags, arena);
	return map;
}

static void add_given(struct node *map, const void *conf, const struct conf_section *section,
		      unsigned flags, struct arena *arena)
{
	const struct conf_section *own = conf_own(section, conf);

	for (const struct directive *d = section->rows; d->name != NULL; d++) {
		if (d->type->print != NULL && conf_given(conf, section, d) &&
		    ((flags & TREE_API_ONLY) == 0 || d->from == FROM_API))
			add(arena, map, d->name, value_of(conf, d, flags, arena));
	}
	if (own != NULL)
		add_given(map, (const char *)conf + section->own_at, own, flags, arena);
}

struct node *config_tree_object(const struct object *object, unsigned flags, struct arena *arena)
{
	struct node *map = node_new(arena, NODE_MAP, NULL);

	add_given(map, object->conf, object->kind->conf, flags, arena);
	return map;
}

/* An item of a list is its address alone where nothing else was given. */
static struct node *shorten(struct node *map)
{
	return map->count == 1 && slice_is(map->keys[0]->value, "address") ? map->items[0] : map;
}

struct tree_walk {
	unsigned      flags;
	struct arena *arena;
	unsigned      depth;
	struct {			/* the way down to the last object, outermost first */
		const struct object *object;
		struct node         *map;
	} way[DEPTH];
};

static struct node *section_of(struct tree_walk *w, struct node *map,
			       const struct object_kind *kind)
{
	struct node *section = node_get(map, kind->section);

	if (section == NULL) {
		section = node_new(w->arena, kind->unnamed ? NODE_LIST : NODE_MAP, NULL);
		add(w->arena, map, kind->section, section);
	}
	return section;
}

static void attach(struct tree_walk *w, struct node *above, const struct object *object,
		   struct node *map)
{
	const struct object_kind *kind = object->kind;

	if (kind->single && map->count > 0)
		add(w->arena, above, kind->section, map);
	else if (kind->unnamed)
		node_add(w->arena, section_of(w, above, kind), shorten(map));
	else if (!kind->single)
		add(w->arena, section_of(w, above, kind), object->name, map);
}

static void visit(struct object *object, struct object *parent, const char *path, void *arg)
{
	struct tree_walk *w = arg;
	struct node *map;

	(void)path;
	while (w->depth > 1 && w->way[w->depth - 1].object != parent)
		w->depth--;
	if (w->depth > 0 && (w->way[w->depth - 1].object != parent ||
			     ((w->flags & TREE_BELOW) == 0 && !object->kind->unnamed)))
		return;
	map = config_tree_object(object, w->flags, w->arena);
	if (w->depth > 0)
		attach(w, w->way[w->depth - 1].map, object, map);
	w->way[w->depth].object = object;
	w->way[w->depth++].map = map;
}

struct node *config_tree(const struct config *config, const char *path, unsigned flags,
			 struct arena *arena)
{
	struct tree_walk w = { .flags = flags, .arena = arena };

	config_each(config, path, visit, &w);
	return w.way[0].map;
}

struct config *config_tree_read(const struct node *tree, const struct config *settings_of,
				struct conf_errors *errors)
{
	struct arena *arena = arena_new();
	struct config_file *file = config_part_read_all(settings_of, tree, arena, errors);
	struct config *config = file != NULL ? config_new(file) : NULL;

	arena_free(arena);
	return config;
}
