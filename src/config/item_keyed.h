/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Objects whose name is a key: nodes of a subscription server, items of a cache. A key may have any
 * character but those of control: what is behind the section in its path is all of it, and so it
 * may have slashes.
 */
#ifndef CONFIG_ITEM_KEYED_H
#define CONFIG_ITEM_KEYED_H

#include "config/item.h"

/* Why it cannot be a key; NULL: it can. */
const char *item_keyed_problem(struct slice key);

/* Reads value `i` of `section` into the struct of the item. false, and told: it is none. */
typedef bool item_keyed_bind(struct item *item, const struct node *section, size_t i,
			     const struct conf_place *place);

/* Reads a section, a mapping by key. NULL: it is missing. */
void item_keyed_read(struct config_file *file, const struct object_kind *kind,
		     struct item *parent, const struct node *section,
		     const struct conf_place *outer, item_keyed_bind *bind);

/* The value of an object that `row` alone describes, as it stands behind its key. */
void item_keyed_print(const struct item *item, const struct directive *row, struct text *out);

#endif
