/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Objects as text for other processes: the same rows and the same parser as
 * the file. What no directive says (names, order, places) goes in front of the
 * mapping: `[name, order, file, line, column, {...}]`.
 */
#include <inttypes.h>

#include "core/arena.h"
#include "core/config_parts.h"
#include "core/text.h"
#include "core/units.h"

struct head {
	const char *name, *file;
	uint32_t order;
	unsigned line, column;
};

static void encode(const struct head *head, const void *conf, const struct conf_section *section,
		   struct text *out)
{
	text_putc(out, '[');
	text_json(out, slice_of(head->name));
	text_printf(out, ", %" PRIu32 ", ", head->order);
	text_json(out, slice_of(head->file != NULL ? head->file : ""));
	text_printf(out, ", %u, %u, ", head->line, head->column);
	conf_print(conf, section, out);
	text_putc(out, ']');
}

static uint32_t number(const struct node *node)
{
	uint64_t value = 0;

	return number_parse(node->value, &value) ? (uint32_t)value : 0;
}

/* `scratch` owns the tree and the errors, `arena` what is kept. */
static void *decode_with(struct slice text, const struct conf_section *section,
			 struct arena *scratch, struct arena *arena, struct head *head)
{
	struct conf_errors errors;
	const struct conf_place place = { .name = "", .arena = arena, .errors = &errors };

	conf_errors_init(&errors, scratch);
	const struct node *list = yaml_read_text("change", text, scratch, &errors);

	if (list == NULL || list->kind != NODE_LIST || list->count != 6)
		return NULL;
	for (size_t i = 0; i < 5; i++)
		if (list->items[i]->kind != NODE_SCALAR)
			return NULL;
	void *conf = arena_alloc(arena, section->size);

	if (list->items[5]->kind != NODE_MAP ||
	    !conf_bind(list->items[5], section, NULL, &place, conf))
		return NULL;
	*head = (struct head){ arena_copy(arena, list->items[0]->value),
			       arena_copy(arena, list->items[2]->value), number(list->items[1]),
			       number(list->items[3]), number(list->items[4]) };
	return conf;
}

/*
 * The section's struct, or NULL when the text is not what encode() writes. Nothing of the tree
 * stays: each process keeps what is in `arena` as long as the object is configured.
 */
static void *decode(struct slice text, const struct conf_section *section, struct arena *arena,
		    struct head *head)
{
	struct arena *scratch = arena_new();
	void *conf = decode_with(text, section, scratch, arena, head);

	arena_free(scratch);
	return conf;
}

void config_encode_settings(const struct settings *s, struct text *out)
{
	struct settings counted = *s;

	/* `auto` was counted once, by the master; children must not count again. */
	counted.workers_auto = false;
	encode(&(struct head){ .name = "settings" }, &counted, &config_settings_section, out);
}

void config_encode_service(const struct service_conf *s, struct text *out)
{
	encode(&(struct head){ s->name, s->file, 0, s->line, s->column }, s,
	       &config_service_section, out);
}

void config_encode_backend(const struct backend_conf *b, struct text *out)
{
	encode(&(struct head){ b->name, b->file, b->order, b->line, b->column }, b,
	       &config_backend_section, out);
}

struct settings *config_decode_settings(struct slice text, struct arena *arena)
{
	struct head head;

	return decode(text, &config_settings_section, arena, &head);
}

struct service_conf *config_decode_service(struct slice text, struct arena *arena)
{
	struct head head;
	struct service_conf *s = decode(text, &config_service_section, arena, &head);

	if (s == NULL)
		return NULL;
	s->name = head.name;
	s->file = head.file;
	s->line = head.line;
	s->column = head.column;
	return s;
}

struct backend_conf *config_decode_backend(struct slice text, struct arena *arena)
{
	struct head head;
	struct backend_conf *b = decode(text, &config_backend_section, arena, &head);

	if (b == NULL || b->addr.kind == ADDR_NONE)
		return NULL;
	b->name = head.name;
	b->order = head.order;
	b->file = head.file;
	b->line = head.line;
	b->column = head.column;
	return b;
}
