/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of services and backends: what they are made of, and that each is there once. */
#include <stdlib.h>
#include <string.h>

#include "core/config_parts.h"

#define LONGEST 63

static const char first[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
static const char other[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:@-";

const char *config_name_problem(const char *text)
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

bool config_check_name(const struct node *name, const struct conf_place *place)
{
	if (!conf_scalar(name, "a name", place))
		return false;
	const char *why = config_name_problem(name->value.data);
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
