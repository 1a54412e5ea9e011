/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of services and backends: what they are made of, and that each is there once. */
#include <stdlib.h>
#include <string.h>

#include "core/config_parts.h"

#define NAME_MAX_LENGTH 63

static const char first[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
static const char other[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:@-";

bool config_check_name(const struct node *name, const struct conf_place *place)
{
	if (!conf_scalar(name, "a name", place))
		return false;
	const char *text = name->value.data;
	const char *why = NULL;

	if (text[0] == '_')
		why = "names that begin with _ are heddle's own";
	else if (strcmp(text, "metrics") == 0)
		why = "this name is heddle's own";
	else if (text[0] == '\0' || strchr(first, text[0]) == NULL)
		why = "a name begins with a letter or a digit";
	else if (text[strspn(text, other)] != '\0')
		why = "a name is made of letters, digits and . _ : @ -";
	else if (name->value.len > NAME_MAX_LENGTH)
		why = "a name has at most 63 characters";
	if (why != NULL)
		conf_tell(place, CONF_ERROR, name, "%s", why)->got =
			conf_show(place->errors->arena, name->value);
	return why == NULL;
}

static int by_name(const void *left, const void *right)
{
	const struct config_named *a = left, *b = right;
	int order = strcmp(a->name, b->name);

	if (order != 0)
		return order;
	return a->order < b->order ? -1 : 1;
}

void config_unique_names(struct config_named *names, size_t count, const struct conf_place *place)
{
	if (count > 1)
		qsort(names, count, sizeof(*names), by_name);
	for (size_t i = 1; i < count; i++) {
		struct conf_place key = conf_place_key(place, names[i].name);
		const struct node *before = names[i - 1].node;

		if (strcmp(names[i].name, names[i - 1].name) == 0)
			conf_tell(&key, CONF_ERROR, names[i].node, "already given at %s:%u",
				  before->file, before->line);
	}
}
