/* SPDX-License-Identifier: BSD-2-Clause */
#include "config/item_keyed.h"

#include "config/config_parts.h"
#include "core/arena.h"
#include "core/text.h"

#define KEY_MOST 255

const char *item_keyed_problem(struct slice key)
{
	if (key.len == 0 || key.len > KEY_MOST)
		return "a key has 1 to 255 bytes";
	for (size_t i = 0; i < key.len; i++) {
		unsigned char c = (unsigned char)key.data[i];

		if (c < ' ' || c == 0x7f)
			return "a key has no control characters";
	}
	return NULL;
}

static bool check_key(const struct node *name, const struct conf_place *place)
{
	const char *why = name->kind == NODE_SCALAR ? item_keyed_problem(name->value)
						    : "expected a key";

	if (why != NULL)
		conf_report(place, CONF_ERROR, name, "%s", why);
	return why == NULL;
}

void item_keyed_read(struct config_file *file, const struct object_kind *kind,
		     struct item *parent, const struct node *section,
		     const struct conf_place *outer, item_keyed_bind *bind)
{
	struct conf_place all = conf_place_key(outer, kind->section);

	if (section == NULL || node_null(section) ||
	    (section->kind == NODE_LIST && section->count == 0))
		return;
	if (section->kind != NODE_MAP) {
		conf_report(&all, CONF_ERROR, section, "expected a mapping by key, not %s",
			    node_kind_name(section));
		return;
	}
	for (size_t i = 0; i < section->count; i++) {
		const struct node *name = section->keys[i];
		struct conf_place place =
			conf_place_key(&all, conf_show(all.arena, name->value));
		struct item *item;

		if (!check_key(name, &place))
			continue;
		item = item_new(file, kind, section->items[i]);
		if (!bind(item, section, i, &place))
			continue;
		item->name = arena_copy(file->arena, name->value);
		item->at = name;
		item_append(file, parent, item);
	}
	item_unique_names(parent, kind, &all);
}

void item_keyed_print(const struct item *item, const struct directive *row, struct text *out)
{
	struct text value;

	text_init(&value);
	conf_print_value(item->conf, row, &value);
	config_print_escaped(&value, out);
	text_close(&value);
}
