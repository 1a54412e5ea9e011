/* SPDX-License-Identifier: BSD-2-Clause */
#include "config/conf_endpoint.h"

#include "config/conf_types.h"
#include "core/arena.h"
#include "core/text.h"

bool conf_endpoint_read(const struct node *node, const struct conf_place *place,
			struct endpoint *endpoint)
{
	struct slice text = node->value;
	const char *why;

	if (!conf_types_scalar(node, "an address", place))
		return false;
	if (!conf_types_unix(node, place, &text))
		return false;
	if (endpoint_parse(text, endpoint, NULL, place->arena, &why))
		return true;
	conf_report(place, CONF_ERROR, node, "%s", why)->got =
		conf_show(place->errors->arena, node->value);
	return false;
}

static bool parse(const struct node *node, const struct directive *d,
		  const struct conf_place *place, void *field)
{
	(void)d;
	return conf_endpoint_read(node, place, field);
}

static void print(const void *field, const struct directive *d, struct text *out)
{
	const struct endpoint *e = field;
	char printed[ENDPOINT_TEXT] = "";

	(void)d;
	if (e->type != ENDPOINT_ADDR || e->addr.kind != ADDR_NONE)
		endpoint_print(e, printed, sizeof(printed));
	conf_types_print_string(printed, out);
}

static void name_of_endpoint(void *field, const struct directive *d, const struct conf_strings *to)
{
	struct endpoint *e = field;

	(void)d;
	to->each(&e->name.data, to->arg);
}

const struct conf_type conf_endpoint = {
	.name = "an address or a name",
	.size = sizeof(struct endpoint),
	.parse = parse,
	.print = print,
	.strings = name_of_endpoint,
};
