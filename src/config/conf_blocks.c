/* SPDX-License-Identifier: BSD-2-Clause */
/* Types that hold other directives, leave them to others, or refuse. */
#include "config/conf_choice.h"
#include "config/conf_types.h"
#include "core/text.h"

static bool parse_block(const struct node *node, const struct directive *d,
			const struct conf_place *place, void *field)
{
	const struct conf_section *section = d->extra;

	const struct conf_section *before = conf_own(section, field);

	if (node->kind == NODE_SCALAR && section->scalar != NULL) {
		/* what the field holds is inherited, and not given */
		(void)conf_bind(NULL, section, field, place, field);
		if (section->scalar_row != NULL)
			conf_set_given(field, section, conf_find(section, section->scalar_row));
		if (!section->scalar(node, place, field))
			return false;
		conf_chosen(section, before, place, field);
		return true;
	}
	/* What the field holds now, a default or inherited, is what stays unset. */
	return conf_bind(node, section, field, place, field);
}

static void print_block(const void *field, const struct directive *d, struct text *out)
{
	const struct conf_section *section = d->extra;
	const char *shorthand = section->shorthand != NULL ? section->shorthand(field) : NULL;

	if (shorthand != NULL)
		text_puts(out, shorthand);
	else
		conf_print(field, section, out);
}

static bool parse_elsewhere(const struct node *node, const struct directive *d,
			    const struct conf_place *place, void *field)
{
	(void)node, (void)d, (void)place, (void)field;
	return true;
}

static bool parse_later(const struct node *node, const struct directive *d,
			const struct conf_place *place, void *field)
{
	(void)d, (void)field;
	conf_report(place, CONF_ERROR, node, "is not in this version of heddle");
	return false;
}

static void strings_of_block(void *field, const struct directive *d, const struct conf_strings *to)
{
	conf_strings(field, d->extra, to);
}

const struct conf_type conf_block = {
	.name = "a mapping",
	.nested = true,
	.parse = parse_block,
	.print = print_block,
	.strings = strings_of_block,
};
const struct conf_type conf_elsewhere = {
	.name = "a mapping or a list",
	.parse = parse_elsewhere,
};
const struct conf_type conf_later = {
	.name = "nothing",
	.later = true,
	.parse = parse_later,
};
