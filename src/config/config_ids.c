/* SPDX-License-Identifier: BSD-2-Clause */
#include "config/config_ids.h"

#include <string.h>

#include "config/config_types.h"
#include "core/arena.h"
#include "core/text.h"
#include "core/units.h"

static bool add_id(const struct node *node, const struct directive *d,
		   const struct conf_place *place, struct text *all)
{
	uint64_t id;

	if (!conf_types_scalar(node, d->type->name, place))
		return false;
	if (!number_parse(node->value, &id) || id >= UINT32_MAX)
		return conf_types_wrong(node, d, place, "write numbers, as id -u and id -g tell");
	text_printf(all, "%s%lu", all->len > 0 ? " " : "", (unsigned long)id);
	return true;
}

static bool add_folder(const struct node *node, const struct directive *d,
		       const struct conf_place *place, struct text *all)
{
	const char *path = NULL;

	if (!conf_path.parse(node, d, place, &path))
		return false;
	if (path == NULL || strchr(path, '\n') != NULL)
		return conf_types_wrong(node, d, place, "write a folder");
	text_printf(all, "%s%s", all->len > 0 ? "\n" : "", path);
	return true;
}

static bool parse_ids(const struct node *node, const struct directive *d,
		      const struct conf_place *place, void *field)
{
	return conf_types_parse_list(node, d, place, field, add_id);
}

static bool parse_folders(const struct node *node, const struct directive *d,
			  const struct conf_place *place, void *field)
{
	return conf_types_parse_list(node, d, place, field, add_folder);
}

static struct slice next_in(const char **at, char end)
{
	const char *begin = *at;
	const char *last = begin != NULL ? strchr(begin, end) : NULL;
	struct slice item = { begin, 0 };

	if (begin == NULL)
		return (struct slice){ "", 0 };
	item.len = last != NULL ? (size_t)(last - begin) : strlen(begin);
	*at = last != NULL ? last + 1 : begin + item.len;
	return item;
}

static void print_ids(const void *field, const struct directive *d, struct text *out)
{
	const char *at = *(const char *const *)field, *comma = "";
	struct slice id;

	(void)d;
	text_putc(out, '[');
	while ((id = next_in(&at, ' ')).len != 0) {
		text_printf(out, "%s%.*s", comma, (int)id.len, id.data);
		comma = ", ";
	}
	text_putc(out, ']');
}

static void print_folders(const void *field, const struct directive *d, struct text *out)
{
	const char *at = *(const char *const *)field, *comma = "";
	struct slice folder;
	struct text one;

	(void)d;
	text_init(&one);
	text_putc(out, '[');
	while ((folder = next_in(&at, '\n')).len != 0) {
		text_clear(&one);
		text_printf(&one, "%.*s", (int)folder.len, folder.data);
		text_puts(out, comma);
		conf_types_print_string(text_cstr(&one), out);
		comma = ", ";
	}
	text_putc(out, ']');
	text_close(&one);
}

bool config_ids_has(const char *ids, uint32_t id)
{
	struct slice one;
	uint64_t number;

	while ((one = next_in(&ids, ' ')).len != 0) {
		if (number_parse(one, &number) && number == id)
			return true;
	}
	return false;
}

struct slice config_ids_next_folder(const char **at)
{
	return next_in(at, '\n');
}

const struct conf_type config_ids = {
	.name = "a list of numbers",
	.size = sizeof(char *),
	.parse = parse_ids,
	.print = print_ids,
	.strings = conf_types_visit_text,
};
const struct conf_type config_folders = {
	.name = "a list of folders",
	.size = sizeof(char *),
	.parse = parse_folders,
	.print = print_folders,
	.strings = conf_types_visit_text,
};
