/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/node.h"

#include <string.h>

#include "core/arena.h"
#include "core/base.h"

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

bool node_equal(const struct node *a, const struct node *b)
{
	if (a == NULL || b == NULL || a->kind != b->kind || a->count != b->count)
		return a == b;
	if (a->kind == NODE_SCALAR)
		return slice_equal(a->value, b->value);
	for (size_t i = 0; i < a->count; i++) {
		const struct node *other = a->kind == NODE_LIST ? b->items[i]
				: node_get(b, a->keys[i]->value.data);

		if (!node_equal(a->items[i], other))
			return false;
	}
	return true;
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
	node->weight = 1;
	if (place == NULL)
		return node;
	node->line = place->line;
	node->column = place->column;
	node->file = place->file;
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

	/* the items are shared: whoever changes one copies it first */
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
