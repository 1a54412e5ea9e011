/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * heddle -T: everything in effect, defaults too, with the place that each value
 * comes from behind it. What is printed loads back to the same configuration.
 */
#include <string.h>

#include "config/config_load.h"
#include "config/config_parts.h"
#include "core/text.h"

/* Where the values of one section were written; each may be NULL. */
struct source {
	const struct node *own;       /* its mapping, or the scalar that stands for it */
	const struct node *inherited; /* the same in defaults: */
	const struct node *top;       /* the same at the top level: access_log */
	const struct conf_section *section;
};

static const struct node *find_key(const struct node *map, const struct conf_section *section,
				   const struct directive *d)
{
	for (size_t i = 0; map != NULL && map->kind == NODE_MAP && i < map->count; i++)
		if (conf_find(section, map->keys[i]->value.data) == d)
			return map->items[i];
	/* `check: tcp` is `type` of the block, and nothing else in it. */
	bool short_form = map != NULL && map->kind == NODE_SCALAR && section->scalar_row != NULL;

	return short_form && strcmp(section->scalar_row, d->name) == 0 ? map : NULL;
}

static void print_origin(const struct node *node, const char *prefix, struct text *out)
{
	text_puts(out, prefix);
	if (node->environment != NULL)
		text_printf(out, "environment %s", node->environment);
	else if (strcmp(node->file, "-g") == 0)
		text_puts(out, "-g");
	else
		text_printf(out, "%s:%u", node->file, node->line);
}

static void end_line(const struct node *own, const struct node *inherited, struct text *out)
{
	text_puts(out, "  # ");
	if (own != NULL) {
		print_origin(own, "", out);
	} else if (inherited != NULL) {
		print_origin(inherited, "defaults (", out);
		text_putc(out, ')');
	} else {
		text_puts(out, "default");
	}
	text_putc(out, '\n');
}

void config_print_escaped(const struct text *value, struct text *out)
{
	for (size_t i = 0; i < value->len; i++) {
		if (value->data[i] == '$')
			text_putc(out, '$');
		text_putc(out, value->data[i]);
	}
}

static void indent(unsigned depth, struct text *out)
{
	for (unsigned i = 0; i < depth; i++)
		text_puts(out, "  ");
}

static void print_rows(const void *conf, const struct source *from, unsigned depth,
		       struct text *out);

static void print_row(const void *conf, const struct directive *d, const struct source *from,
		      unsigned depth, struct text *out)
{
	const struct node *own = find_key(from->own, from->section, d);
	const struct node *inherited = find_key(from->inherited, from->section, d);
	const struct node *top = find_key(from->top, from->section, d);
	const struct source inner = { own, inherited, top, d->extra };
	struct text value;

	text_init(&value);
	conf_print_value(conf, d, &value);
	indent(depth, out);
	text_printf(out, "%s:", d->name);
	if (d->type == &conf_block && value.len > 0 && value.data[0] == '{') {
		text_putc(out, '\n');
		print_rows((const char *)conf + d->offset, &inner, depth + 1, out);
	} else {
		text_putc(out, ' ');
		config_print_escaped(&value, out);
		end_line(own != NULL || inherited != NULL ? own : top, inherited, out);
	}
	text_close(&value);
}

static void print_rows(const void *conf, const struct source *from, unsigned depth,
		       struct text *out)
{
	const struct conf_section *own = conf_own(from->section, conf);
	struct source inner = *from;

	for (const struct directive *d = from->section->rows; d->name != NULL; d++)
		if (d->type->print != NULL)
			print_row(conf, d, from, depth, out);
	if (own == NULL)
		return;
	inner.section = own;
	print_rows((const char *)conf + from->section->own_at, &inner, depth, out);
}

/* What a line of -T is shorter without: a value that is the same as none. */
static bool is_left_out(const struct directive *d, struct slice value)
{
	if (d->type == &config_check_address)
		return slice_is(value, "on");
	if (d->type == &config_modifier)
		return slice_is(value, "0");
	return slice_is(value, "\"\"") || slice_is(value, "off");
}

void config_print_flow(const void *conf, const struct conf_section *section, struct text *out)
{
	const char *comma = "";
	struct text value;

	text_init(&value);
	text_putc(out, '{');
	for (const struct directive *d = section->rows; d->name != NULL; d++) {
		if (d->type->print == NULL)
			continue;
		text_clear(&value);
		conf_print_value(conf, d, &value);
		if (is_left_out(d, text_slice(&value)))
			continue;
		text_printf(out, "%s%s: ", comma, d->name);
		config_print_escaped(&value, out);
		comma = ", ";
	}
	text_putc(out, '}');
	text_close(&value);
}

static void print_item(const struct config_file *file, const struct item *item, unsigned depth,
		       struct text *out);

/* Nothing, where nothing of it was set. */
static void print_single(const struct item *item, struct text *out)
{
	struct text value;

	text_init(&value);
	conf_print(item->conf, item->kind->conf, &value);
	if (!slice_is(text_slice(&value), "{}")) {
		text_printf(out, "%s: ", item->kind->section);
		config_print_escaped(&value, out);
		end_line(item->node, NULL, out);
	}
	text_close(&value);
}

/* The sections of one kind below a parent; one that is empty, too. */
static void print_section(const struct config_file *file, const struct object_kind *kind,
			  const struct item *parent, unsigned depth, struct text *out)
{
	const struct item *item = item_first(parent, kind);

	if (kind->single) {
		print_single(item, out);
		return;
	}
	if (item == NULL && kind->unnamed && (kind->ordered || kind->listens))
		return;
	indent(depth, out);
	text_printf(out, "%s:%s\n", kind->section,
		    item != NULL || kind->unnamed ? "" : kind->print != NULL ? " []" : " {}");
	for (; item != NULL; item = item_next(item))
		print_item(file, item, depth + 1, out);
}

static void print_children(const struct config_file *file, const struct item *parent,
			   unsigned depth, struct text *out)
{
	for (unsigned i = 0; object_kinds[i] != NULL; i++)
		if (object_kinds[i]->parent == parent->kind && !object_kinds[i]->unprinted)
			print_section(file, object_kinds[i], parent, depth, out);
}

/* Where an item that is one line was written: where its address was. */
static const struct node *line_of(const struct item *item)
{
	const struct node *address = item->node->kind == NODE_MAP
		? node_get(item->node, "address") : NULL;

	return address != NULL ? address : item->node;
}

static void print_item(const struct config_file *file, const struct item *item, unsigned depth,
		       struct text *out)
{
	const struct source from = { item->node,
				     item->kind->inherits ? file->defaults_node : NULL,
				     item->kind->inherits ? file->tree : NULL, item->kind->conf };

	indent(depth, out);
	if (item->kind->unnamed) {
		text_puts(out, "- ");
	} else {
		conf_types_print_string(item->name, out);
		text_puts(out, ":");
	}
	if (item->kind->print != NULL) {
		if (!item->kind->unnamed)
			text_putc(out, ' ');
		item->kind->print(item, out);
		end_line(line_of(item), NULL, out);
		return;
	}
	text_putc(out, '\n');
	print_rows(item->conf, &from, depth + 1, out);
	print_children(file, item, depth + 1, out);
}

void config_print(const struct config_file *file, struct text *out)
{
	const struct source settings = { file->tree, NULL, NULL, &config_settings_section };

	text_printf(out, "# %s, everything in effect\n", file->path);
	print_rows(file->settings, &settings, 0, out);
	print_children(file, file->root, 0, out);
}
