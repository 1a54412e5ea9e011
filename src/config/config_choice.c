/* SPDX-License-Identifier: BSD-2-Clause */
#include "config/config_choice.h"

#include "config/conf.h"
#include "core/arena.h"
#include "core/node.h"

const struct conf_section *config_choice_own(const struct node *map,
					     const struct conf_section *section, const void *base,
					     struct arena *arena)
{
	const struct node *choice = map != NULL ? node_get(map, section->scalar_row) : NULL;
	struct node *alone = node_new(arena, NODE_MAP, NULL);
	void *conf = arena_alloc(arena, section->size);
	struct conf_errors errors;
	const struct conf_place place = { .name = "", .arena = arena, .errors = &errors };
	bool ok;

	if (choice != NULL)
		node_add_pair(arena, alone, node_scalar(arena, section->scalar_row, NULL),
			      node_copy(arena, choice));
	conf_errors_init(&errors, arena);
	ok = conf_bind(alone, section, base, &place, conf);
	conf_errors_close(&errors);
	return ok ? conf_own(section, conf) : NULL;
}

void config_choice_drop(struct node *map, const struct conf_section *section, const void *base,
			const struct node *except, struct arena *arena)
{
	const struct conf_section *own;

	if (section->own == NULL || map->kind != NODE_MAP)
		return;
	own = config_choice_own(map, section, base, arena);
	for (size_t i = map->count; i-- > 0;) {
		const char *key = map->keys[i]->value.data;

		if (conf_find(section, key) == NULL &&
		    (own == NULL || conf_find(own, key) == NULL) &&
		    (except == NULL || node_get(except, key) == NULL))
			node_remove(map, i);
	}
}
