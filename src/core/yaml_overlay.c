/* SPDX-License-Identifier: BSD-2-Clause */
/* A tree on top of another one: -g on top of the file. */
#include <string.h>

#include "core/arena.h"
#include "core/conf_errors.h"
#include "core/node.h"
#include "core/yaml.h"

void yaml_overlay(struct arena *arena, struct node *base, const struct node *over, const char *path,
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
			yaml_overlay(arena, base->items[at], over->items[i], below, errors);
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
