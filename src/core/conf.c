/* SPDX-License-Identifier: BSD-2-Clause */
/* Mappings against tables of directives: bound, and printed back. */
#include "core/conf.h"

#include <stdarg.h>
#include <string.h>

#include "core/arena.h"
#include "core/conf_types.h"
#include "core/config_foreign.h"
#include "core/log.h"
#include "core/text.h"

#define ROWS_MAX 64 /* bits of `given` */

struct conf_place conf_place_key(const struct conf_place *outer, const char *name)
{
	return (struct conf_place){ outer, name, 0, outer->arena, outer->errors };
}

struct conf_place conf_place_item(const struct conf_place *outer, size_t index)
{
	return (struct conf_place){ outer, NULL, index, outer->arena, outer->errors };
}

void conf_place_print(const struct conf_place *place, struct text *out)
{
	if (place->outer != NULL)
		conf_place_print(place->outer, out);
	if (place->name != NULL && place->name[0] != '\0')
		text_printf(out, "%s%s", out->len > 0 ? "." : "", place->name);
	else if (place->name == NULL)
		text_printf(out, "[%zu]", place->index);
}

struct conf_error *conf_tell(const struct conf_place *place, enum conf_level level,
			     const struct node *node, const char *fmt, ...)
{
	struct text path, message;
	va_list args;

	text_init(&path);
	text_init(&message);
	conf_place_print(place, &path);
	va_start(args, fmt);
	text_vprintf(&message, fmt, args);
	va_end(args);
	struct conf_error *row =
		conf_fail(place->errors, level, node, text_cstr(&path), "%s", text_cstr(&message));

	text_close(&path);
	text_close(&message);
	return row;
}

static bool has_word(const char *words, const char *word)
{
	size_t len = strlen(word);

	while (words != NULL && *words != '\0') {
		size_t end = strcspn(words, " ");

		if (end == len && memcmp(words, word, len) == 0)
			return true;
		words += end + strspn(words + end, " ");
	}
	return false;
}

const struct directive *conf_find(const struct conf_section *section, const char *key)
{
	for (const struct directive *d = section->rows; d->name != NULL; d++)
		if (strcmp(d->name, key) == 0 || has_word(d->aliases, key))
			return d;
	return NULL;
}

static uint64_t *given_bits(void *section_struct, const struct conf_section *section)
{
	return (uint64_t *)(void *)((char *)section_struct + section->given);
}

uint64_t conf_bit(ptrdiff_t place)
{
	CHECK(place >= 0 && place < 64);
	return (uint64_t)1 << place;
}

bool conf_given(const void *section_struct, const struct conf_section *section,
		const struct directive *d)
{
	uint64_t bits;

	memcpy(&bits, (const char *)section_struct + section->given, sizeof(bits));
	return (bits & conf_bit(d - section->rows)) != 0;
}

void conf_set_given(void *section_struct, const struct conf_section *section,
		    const struct directive *d)
{
	*given_bits(section_struct, section) |= conf_bit(d - section->rows);
}

static size_t field_size(const struct directive *d)
{
	const struct conf_section *nested = d->extra;

	return d->type == &conf_block ? nested->size : d->type->size;
}

/* The default of one directive, by the parser that reads the file. */
static void set_initial(const struct directive *d, const struct conf_place *place, void *field)
{
	struct node node = { .kind = NODE_SCALAR };

	memset(field, 0, field_size(d));
	if (d->type == &conf_block)
		conf_bind(NULL, d->extra, NULL, place, field);
	if (d->initial == NULL)
		return;
	node.value = slice_of(d->initial);
	(void)d->type->parse(&node, d, place, field);
}

static void tell_unknown(const struct node *map, size_t at, const struct conf_section *section,
			 const struct conf_place *place)
{
	const char *names[ROWS_MAX + 1];
	const struct node *key = map->keys[at];
	size_t n = 0;

	for (const struct directive *d = section->rows; d->name != NULL && n < ROWS_MAX; d++)
		if (d->type != &conf_later)
			names[n++] = d->name;
	names[n] = NULL;
	const char *nearest = conf_nearest(key->value, names);
	const char *name = conf_show(place->errors->arena, key->value);
	struct conf_place inner = conf_place_key(place, name);
	const char *meant = config_foreign_key(section, key, map->items[at], place->errors->arena);
	struct conf_error *row;

	/* {address: 10.0.0.1:80,5}: a key that is nothing but the end of the value before it. */
	if (node_null(map->items[at]) && at > 0 && map->items[at - 1]->kind == NODE_SCALAR &&
	    nearest == NULL) {
		conf_tell_comma(map, at, place);
		return;
	}
	if (meant != NULL)
		row = conf_tell(&inner, CONF_ERROR, key, "unknown key; %s", meant);
	else if (nearest != NULL)
		row = conf_tell(&inner, CONF_ERROR, key, "unknown key; did you mean \"%s\"?",
				nearest);
	else
		row = conf_tell(&inner, CONF_ERROR, key, "unknown key");
	row->nearest = nearest;
	row->got = inner.name;
}

void conf_tell_comma(const struct node *map, size_t at, const struct conf_place *place)
{
	const struct node *key = map->keys[at];
	const char *name = conf_show(place->errors->arena, key->value);
	struct conf_place inner = conf_place_key(place, name);

	if (at > 0 && map->items[at - 1]->kind == NODE_SCALAR && !map->items[at - 1]->quoted)
		conf_tell(&inner, CONF_ERROR, map->items[at],
			  "no value; did a comma split the line above? quote it: \"%s,%s\"",
			  conf_show(place->errors->arena, map->items[at - 1]->value), name);
	else
		conf_tell(&inner, CONF_ERROR, map->items[at], "no value");
}

static bool bind_value(const struct node *map, size_t at, const struct conf_section *section,
		       const struct conf_place *place, void *section_struct)
{
	const struct directive *d = conf_find(section, map->keys[at]->value.data);
	const struct node *value = map->items[at];

	if (d == NULL) {
		tell_unknown(map, at, section, place);
		return false;
	}
	struct conf_place inner = conf_place_key(place, d->name);

	if (node_null(value) && d->type != &conf_later) {
		conf_tell(&inner, CONF_ERROR, value, "no value; expected %s", d->type->name);
		return false;
	}
	if (conf_given(section_struct, section, d)) {
		conf_tell(&inner, CONF_ERROR, map->keys[at],
			  "already given; \"%s\" is another word for it",
			  conf_show(place->errors->arena, map->keys[at]->value));
		return false;
	}
	conf_set_given(section_struct, section, d);
	return d->type->parse(value, d, &inner, (char *)section_struct + d->offset);
}

bool conf_bind(const struct node *map, const struct conf_section *section, const void *base,
	       const struct conf_place *place, void *section_struct)
{
	bool ok = true;

	for (const struct directive *d = section->rows; d->name != NULL; d++) {
		void *field = (char *)section_struct + d->offset;

		if (d->type->print == NULL || base == section_struct)
			continue;
		if (base != NULL)
			memcpy(field, (const char *)base + d->offset, field_size(d));
		else
			set_initial(d, place, field);
	}
	*given_bits(section_struct, section) = 0;
	if (map == NULL)
		return true;
	if (map->kind != NODE_MAP) {
		conf_tell(place, CONF_ERROR, map, "expected a mapping, not %s",
			  node_kind_name(map));
		return false;
	}
	if (section->mapping != NULL)
		section->mapping(section_struct);
	for (size_t i = 0; i < map->count; i++)
		if (!bind_value(map, i, section, place, section_struct))
			ok = false;
	return ok;
}

void conf_print_value(const void *section_struct, const struct directive *d, struct text *out)
{
	if (d->type->print != NULL)
		d->type->print((const char *)section_struct + d->offset, d, out);
}

static bool at_default(const void *section_struct, const struct directive *d, struct arena *arena)
{
	struct conf_place nowhere = { .name = "", .arena = arena };
	void *field = arena_alloc(arena, field_size(d));
	struct text value, initial;

	text_init(&value);
	text_init(&initial);
	set_initial(d, &nowhere, field);
	d->type->print(field, d, &initial);
	conf_print_value(section_struct, d, &value);
	bool equal = slice_equal(text_slice(&value), text_slice(&initial));

	text_close(&value);
	text_close(&initial);
	return equal;
}

void conf_print(const void *section_struct, const struct conf_section *section, struct text *out)
{
	struct arena *arena = arena_new();
	const char *comma = "";

	text_putc(out, '{');
	for (const struct directive *d = section->rows; d->name != NULL; d++) {
		if (d->type->print == NULL || at_default(section_struct, d, arena))
			continue;
		text_printf(out, "%s%s: ", comma, d->name);
		conf_print_value(section_struct, d, out);
		comma = ", ";
	}
	text_putc(out, '}');
	arena_free(arena);
}
