/* SPDX-License-Identifier: BSD-2-Clause */
/* Nodes: made, looked at, put on top of each other. */
#include "core/yaml.h"

#include <string.h>

#include "core/arena.h"
#include "core/conf_errors.h"
#include "core/yaml_parts.h"

struct node *yaml_read_text(const char *name, struct slice text, struct arena *arena,
			    struct conf_errors *errors)
{
	struct node where = { .file = name, .line = 1, .column = 1 };
	bool empty;

	if (!yaml_source_check(name, &text, errors))
		return NULL;
	struct node *node = yaml_compose(name, text, false, &empty, arena, errors);

	if (node == NULL && empty)
		conf_fail(errors, CONF_ERROR, &where, "", "there is nothing in it");
	return node;
}

struct node *node_get(const struct node *map, const char *key)
{
	for (size_t i = 0; i < map->count && map->kind == NODE_MAP; i++)
		if (slice_is(map->keys[i]->value, key))
			return map->items[i];
	return NULL;
}

bool node_null(const struct node *node)
{
	static const char *const words[] = { "", "~", "null", "Null", "NULL" };

	if (node->kind != NODE_SCALAR || node->quoted)
		return false;
	for (size_t i = 0; i < COUNT(words); i++)
		if (slice_is(node->value, words[i]))
			return true;
	return false;
}

const char *node_kind_name(const struct node *node)
{
	if (node->kind == NODE_MAP)
		return "a mapping";
	if (node->kind == NODE_LIST)
		return "a list";
	return node_null(node) ? "nothing" : "a single value";
}

struct node *node_new(struct arena *arena, enum node_kind kind, const struct node *place)
{
	struct node *node = arena_alloc(arena, sizeof(*node));

	node->kind = kind;
	node->line = place->line;
	node->column = place->column;
	node->file = place->file;
	node->weight = 1;
	return node;
}

struct node *node_scalar(struct arena *arena, const char *text, const struct node *place)
{
	struct node *node = node_new(arena, NODE_SCALAR, place);

	node->value = slice_of(arena_strdup(arena, text));
	return node;
}

/* Arrays have room for the next power of two from 4 on. */
static struct node **grow(struct arena *arena, struct node **array, size_t count)
{
	if (count > 0 && (count < 4 || (count & (count - 1)) != 0))
		return array;
	struct node **bigger = arena_alloc(arena, (count < 4 ? 4 : 2 * count) * sizeof(*array));

	if (count > 0)
		memcpy(bigger, array, count * sizeof(*array));
	return bigger;
}

void node_add(struct arena *arena, struct node *list, struct node *item)
{
	list->items = grow(arena, list->items, list->count);
	list->items[list->count++] = item;
	list->weight += item->weight;
}

void node_add_pair(struct arena *arena, struct node *map, struct node *key, struct node *value)
{
	map->keys = grow(arena, map->keys, map->count);
	map->keys[map->count] = key;
	node_add(arena, map, value);
}

struct node *node_copy(struct arena *arena, const struct node *node)
{
	struct node *copy = node_new(arena, node->kind, node);

	copy->value = node->value;
	copy->quoted = node->quoted;
	copy->told = node->told;
	copy->environment = node->environment;
	for (size_t i = 0; i < node->count; i++) {
		if (node->kind == NODE_MAP)
			node_add_pair(arena, copy, node->keys[i], node->items[i]);
		else
			node_add(arena, copy, node->items[i]);
	}
	return copy;
}

void node_remove(struct node *map, size_t index)
{
	size_t after = --map->count - index;

	memmove(map->items + index, map->items + index + 1, after * sizeof(*map->items));
	memmove(map->keys + index, map->keys + index + 1, after * sizeof(*map->keys));
}

void node_overlay(struct arena *arena, struct node *base, const struct node *over, const char *path,
		  struct conf_errors *errors)
{
	for (size_t i = 0; i < over->count; i++) {
		const char *key = over->keys[i]->value.data;
		const char *below = arena_printf(arena, "%s%s%s", path, path[0] ? "." : "", key);
		size_t at = 0;

		while (at < base->count && strcmp(base->keys[at]->value.data, key) != 0)
			at++;
		if (at == base->count)
			node_add_pair(arena, base, over->keys[i], over->items[i]);
		else if (base->items[at]->kind == NODE_MAP && over->items[i]->kind == NODE_MAP) {
			/* An anchor may have put the same mapping elsewhere too. */
			base->items[at] = node_copy(arena, base->items[at]);
			node_overlay(arena, base->items[at], over->items[i], below, errors);
		} else if (base->items[at]->kind == NODE_LIST && over->items[i]->kind == NODE_MAP)
			conf_fail(errors, CONF_ERROR, over->items[i], below,
				  "a mapping cannot be put over the list at %s:%u",
				  base->items[at]->file, base->items[at]->line);
		else {
			base->keys[at] = over->keys[i];
			base->items[at] = over->items[i];
		}
	}
}
