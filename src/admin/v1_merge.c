/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/v1_merge.h"

#include "config/conf.h"
#include "config/conf_types.h"
#include "config/config_choice.h"
#include "core/node.h"

static const struct node *value_at(const struct node *map, const char *key)
{
	return map != NULL && map->kind == NODE_MAP ? node_get(map, key) : NULL;
}

/* Whoever patches `type` of a check leaves what only the former type has. */
static void drop_former(struct node *out, const struct node *patch, const struct directive *d,
			const void *base, struct arena *arena)
{
	const struct conf_section *section = d->extra;

	if (section->scalar_row != NULL && node_get(patch, section->scalar_row) != NULL)
		config_choice_drop(out, section,
				   base != NULL ? (const char *)base + d->offset : NULL, patch,
				   arena);
}

static bool has_value(const struct node *map)
{
	for (size_t i = 0; i < map->count; i++) {
		if (!node_null(map->items[i]))
			return true;
	}
	return false;
}

static struct node *merge_value(const struct node *target, const struct node *patch,
				const struct directive *d, const void *base, struct arena *arena)
{
	struct node *out;

	if (patch->kind != NODE_MAP)
		return node_copy(arena, patch);
	if (d != NULL && d->type->alternatives && has_value(patch))
		target = NULL;
	out = v1_merge(target, patch, NULL, NULL, arena);
	if (d != NULL && d->type == &conf_block)
		drop_former(out, patch, d, base, arena);
	return out;
}

/* A null that is to be reported: nothing of that name could have been set. */
static bool is_unknown(const struct conf_section *section, const struct conf_section *own,
		       const char *key)
{
	if (section == NULL || conf_find(section, key) != NULL ||
	    (section->holds != NULL && section->holds(key)))
		return false;
	return own == NULL || conf_find(own, key) == NULL;
}

/* The directives that come with the protocol of a service, which the patch may change. */
static const struct conf_section *own_of(const struct node *target, const struct node *patch,
					 const struct conf_section *section, const void *base,
					 struct arena *arena)
{
	const struct node *choice;

	if (section == NULL || section->own == NULL)
		return NULL;
	choice = node_get(patch, section->scalar_row);
	if (choice == NULL && target != NULL && target->kind == NODE_MAP)
		patch = target;
	return config_choice_own(choice == NULL || !node_null(choice) ? patch : NULL, section, base,
				 arena);
}

static void copy_rest(const struct node *target, const struct node *patch, struct node *out,
		      struct arena *arena)
{
	for (size_t i = 0; target != NULL && target->kind == NODE_MAP && i < target->count; i++) {
		if (node_get(patch, target->keys[i]->value.data) == NULL)
			node_add_pair(arena, out, target->keys[i], target->items[i]);
	}
}

struct node *v1_merge(const struct node *target, const struct node *patch,
		      const struct conf_section *section, const void *base, struct arena *arena)
{
	const struct conf_section *own;
	struct node *out;

	if (patch->kind != NODE_MAP)
		return node_copy(arena, patch);
	own = own_of(target, patch, section, base, arena);
	out = node_new(arena, NODE_MAP, NULL);
	copy_rest(target, patch, out, arena);
	for (size_t i = 0; i < patch->count; i++) {
		const char *key = patch->keys[i]->value.data;

		if (!node_null(patch->items[i]))
			node_add_pair(arena, out, patch->keys[i],
				      merge_value(value_at(target, key), patch->items[i],
						  section != NULL ? conf_find(section, key) : NULL,
						  base, arena));
		else if (is_unknown(section, own, key))
			node_add_pair(arena, out, patch->keys[i], patch->items[i]);
	}
	/* whoever patches the protocol of a service leaves what only the former one has */
	if (section != NULL && section->own != NULL &&
	    node_get(patch, section->scalar_row) != NULL)
		config_choice_drop(out, section, base, patch, arena);
	return out;
}
