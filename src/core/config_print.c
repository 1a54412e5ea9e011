/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * heddle -T: everything in effect, defaults too, with the place that each value
 * comes from behind it. What is printed loads back to the same configuration.
 */
#include <string.h>

#include "core/config_parts.h"
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

/* A value with every dollar sign doubled: read again, it is a reference otherwise. */
static void print_escaped(const struct text *value, struct text *out)
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
		print_escaped(&value, out);
		end_line(own != NULL || inherited != NULL ? own : top, inherited, out);
	}
	text_close(&value);
}

static void print_rows(const void *conf, const struct source *from, unsigned depth,
		       struct text *out)
{
	for (const struct directive *d = from->section->rows; d->name != NULL; d++)
		if (d->type->print != NULL)
			print_row(conf, d, from, depth, out);
}

/* A listener or backend on one line: every directive that has a value. */
static void print_flow(const void *conf, const struct conf_section *section, struct text *out)
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
		if (slice_is(text_slice(&value), "\"\"") || slice_is(text_slice(&value), "off"))
			continue;
		text_printf(out, "%s%s: ", comma, d->name);
		print_escaped(&value, out);
		comma = ", ";
	}
	text_putc(out, '}');
	text_close(&value);
}

static void print_listen(const struct listen_conf *listen, struct text *out)
{
	struct text all;

	text_init(&all);
	indent(3, out);
	text_puts(out, "- ");
	if (listen->addr.kind == ADDR_UNIX) {
		print_flow(listen, &config_listen_section, out);
	} else {
		text_puts(&all, "{address: ");
		conf_print_value(listen, conf_find(&config_listen_section, "address"), &all);
		text_printf(&all, ", backlog: %u}", (unsigned)listen->backlog);
		print_escaped(&all, out);
	}
	end_line(listen->node, NULL, out);
	text_close(&all);
}

static void print_name(const char *name, unsigned depth, struct text *out)
{
	indent(depth, out);
	conf_print_string(name, out);
	text_puts(out, ":");
}

static void print_service(const struct config *config, const struct service_entry *entry,
			  struct text *out)
{
	const struct source from = { entry->conf.node, config->defaults.node, config->tree,
				     &config_service_section };

	print_name(entry->conf.name, 1, out);
	text_putc(out, '\n');
	print_rows(&entry->conf, &from, 2, out);
	indent(2, out);
	text_puts(out, "listen:\n");
	for (size_t i = 0; i < entry->conf.listens; i++)
		print_listen(&entry->conf.listen[i], out);
	indent(2, out);
	text_puts(out, entry->count > 0 ? "backends:\n" : "backends: []\n");
	for (size_t i = 0; i < entry->count; i++) {
		const struct backend_conf *b = &entry->backends[i];
		const struct node *address =
			b->node->kind == NODE_MAP ? node_get(b->node, "address") : b->node;

		print_name(b->name, 3, out);
		text_putc(out, ' ');
		print_flow(b, &config_backend_section, out);
		end_line(address, NULL, out);
	}
}

void config_print(const struct config *config, struct text *out)
{
	const struct source settings = { config->tree, NULL, NULL, &config_settings_section };

	text_printf(out, "# %s, everything in effect\n", config->file);
	print_rows(&config->settings, &settings, 0, out);
	text_puts(out, config->count > 0 ? "services:\n" : "services: {}\n");
	for (size_t i = 0; i < config->count; i++)
		print_service(config, &config->services[i], out);
}
