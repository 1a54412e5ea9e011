/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of services and backends: what they are made of, and that each is there once. */
#include <stdlib.h>
#include <string.h>

#include "config/conf_types.h"
#include "config/item.h"
#include "core/arena.h"

#define LONGEST 63

static const char first[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
static const char other[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:@-";

const char *item_name_problem(const char *text)
{
	if (text[0] == '_')
		return "names that begin with _ are heddle's own";
	if (strcmp(text, "metrics") == 0)
		return "this name is heddle's own";
	if (text[0] == '\0' || strchr(first, text[0]) == NULL)
		return "a name begins with a letter or a digit";
	if (text[strspn(text, other)] != '\0')
		return "a name is made of letters, digits and . _ : @ -";
	return strlen(text) > LONGEST ? "a name has at most 63 characters" : NULL;
}

bool item_check_name(const struct node *name, const struct conf_place *place)
{
	if (!conf_types_scalar(name, "a name", place))
		return false;
	const char *why = item_name_problem(name->value.data);
	if (why != NULL)
		conf_report(place, CONF_ERROR, name, "%s", why)->got =
			conf_show(place->errors->arena, name->value);
	return why == NULL;
}

static int by_name(const void *left, const void *right)
{
	const struct item *const *a = left, *const *b = right;
	int order = strcmp((*a)->name, (*b)->name);

	if (order != 0)
		return order;
	return (*a)->order < (*b)->order ? -1 : 1;
}

void item_unique_names(const struct item *parent, const struct object_kind *kind,
		       const struct conf_place *place)
{
	const struct item **items;
	size_t count = 0;

	for (const struct item *i = item_first(parent, kind); i != NULL; i = item_next(i))
		count++;
	items = arena_alloc(place->errors->arena, (count + 1) * sizeof(*items));
	count = 0;
	for (const struct item *i = item_first(parent, kind); i != NULL; i = item_next(i))
		items[count++] = i;
	if (count > 1)
		qsort(items, count, sizeof(*items), by_name);
	for (size_t i = 1; i < count; i++) {
		struct conf_place key = conf_place_key(place, items[i]->name);
		const struct node *before = items[i - 1]->node;

		if (strcmp(items[i]->name, items[i - 1]->name) == 0)
			conf_report(&key, CONF_ERROR, items[i]->node, "already given%s%s",
				    before->file != NULL ? " at " : "", before->file != NULL ?
				    conf_errors_where(place->errors->arena, before) : "");
	}
}
