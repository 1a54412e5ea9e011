/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys of mappings: each once, and `<<` merged in. */
#include <stdint.h>
#include <string.h>

#include "core/arena.h"
#include "core/conf_errors.h"
#include "core/yaml.h"
#include "core/yaml_parts.h"

static uint32_t hash(struct slice text)
{
	uint32_t h = 2166136261u; /* FNV-1a */

	for (size_t i = 0; i < text.len; i++)
		h = (h ^ (unsigned char)text.data[i]) * 16777619u;
	return h;
}

/* The keys seen so far, by open addressing; a mapping may have 65,536 of them. */
struct key_set {
	const struct node **slots;
	size_t mask;
};

static struct key_set set_for(struct arena *arena, size_t keys)
{
	size_t size = 8;

	while (size < 2 * keys)
		size *= 2;
	return (struct key_set){ arena_alloc(arena, size * sizeof(struct node *)), size - 1 };
}

/* The equal key that is already there, or NULL and it is now. */
static const struct node *set_add(struct key_set *set, const struct node *key)
{
	size_t i = hash(key->value) & set->mask;

	for (; set->slots[i] != NULL; i = (i + 1) & set->mask)
		if (slice_equal(set->slots[i]->value, key->value))
			return set->slots[i];
	set->slots[i] = key;
	return NULL;
}

void yaml_unique_keys(struct node *map, const char *path, struct arena *arena,
		      struct conf_errors *errors)
{
	struct key_set set = set_for(arena, map->count);
	size_t kept = 0;

	for (size_t i = 0; i < map->count; i++) {
		const struct node *first = set_add(&set, map->keys[i]);

		if (first == NULL) {
			map->keys[kept] = map->keys[i];
			map->items[kept++] = map->items[i];
			continue;
		}
		conf_fail(errors, CONF_ERROR, map->keys[i],
			  arena_printf(arena, "%s%s%s", path, path[0] ? "." : "",
				       conf_show(arena, first->value)),
			  "already given at %s:%u", first->file, first->line);
	}
	map->count = kept;
}

static void merge_from(struct node *map, struct key_set *set, const struct node *from,
		       const char *path, struct arena *arena, struct conf_errors *errors)
{
	if (from->kind != NODE_MAP) {
		conf_fail(errors, CONF_ERROR, from, path,
			  "<< takes a mapping, such as *name, not %s", node_kind_name(from));
		return;
	}
	for (size_t i = 0; i < from->count; i++)
		if (set_add(set, from->keys[i]) == NULL)
			node_add_pair(arena, map, from->keys[i], from->items[i]);
}

static struct node *take_merge_key(struct node *map)
{
	for (size_t i = 0; i < map->count; i++) {
		if (!map->keys[i]->quoted && slice_is(map->keys[i]->value, "<<")) {
			struct node *value = map->items[i];

			node_remove(map, i);
			return value;
		}
	}
	return NULL;
}

void yaml_merge_keys(struct node *map, const char *path, struct arena *arena,
		     struct conf_errors *errors)
{
	struct node *value = take_merge_key(map);

	if (value == NULL)
		return;
	size_t most = map->count + value->count;

	for (size_t i = 0; i < value->count && value->kind == NODE_LIST; i++)
		most += value->items[i]->count;
	struct key_set set = set_for(arena, most);

	for (size_t i = 0; i < map->count; i++)
		(void)set_add(&set, map->keys[i]);
	if (value->kind != NODE_LIST)
		merge_from(map, &set, value, path, arena, errors);
	for (size_t i = 0; i < value->count && value->kind == NODE_LIST; i++)
		merge_from(map, &set, value->items[i], path, arena, errors);
}
