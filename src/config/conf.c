/* SPDX-License-Identifier: BSD-2-Clause */
/* Mappings against tables of directives: bound, and printed back. */
#include "config/conf.h"

#include <stdarg.h>
#include <string.h>

#include "config/conf_choice.h"
#include "config/conf_hooks.h"
#include "core/arena.h"
#include "core/log.h"
#include "core/node.h"
#include "core/text.h"

#define ROWS_MAX 64 /* bits of `given` */

const struct directive *conf_find(const struct conf_section *section, const char *key)
{
	for (const struct directive *d = section->rows; d->name != NULL; d++)
		if (strcmp(d->name, key) == 0 || slice_is_among(slice_of(key), d->aliases))
			return d;
	return NULL;
}

struct conf_error *conf_report(const struct conf_place *place, enum conf_level level,
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

size_t conf_field_size(const struct directive *d)
{
	const struct conf_section *nested = d->extra;

	return d->type->nested ? nested->size : d->type->size;
}

/* The default of one directive, by the parser that reads the file. */
static void set_initial(const struct directive *d, const struct conf_place *place, void *field)
{
	struct node node = { .kind = NODE_SCALAR };

	memset(field, 0, conf_field_size(d));
	if (d->type->nested)
		conf_bind(NULL, d->extra, NULL, place, field);
	if (d->initial == NULL)
		return;
	node.value = slice_of(d->initial);
	(void)d->type->parse(&node, d, place, field);
}

static size_t list_names(const struct conf_section *section, const char **names, size_t n)
{
	if (section == NULL)
		return n;
	for (const struct directive *d = section->rows; d->name != NULL && n < ROWS_MAX; d++)
		if (!d->type->later)
			names[n++] = d->name;
	return n;
}

/* `own`: the directives that the choice of the section has brought along; NULL. */
static void report_unknown(const struct node *map, size_t at, const struct conf_section *section,
			   const struct conf_section *own, const struct conf_place *place)
{
	const char *names[ROWS_MAX + 1];
	const struct node *key = map->keys[at];

	names[list_names(own, names, list_names(section, names, 0))] = NULL;
	const char *nearest = conf_nearest(key->value, names);
	const char *name = conf_show(place->errors->arena, key->value);
	struct conf_place inner = conf_place_key(place, name);
	const char *meant = config_foreign_key(section, key, map->items[at], place->errors->arena);
	struct conf_error *row;

	/* {address: 10.0.0.1:80,5}: a key that is nothing but the end of the value before it. */
	if (node_null(map->items[at]) && at > 0 && map->items[at - 1]->kind == NODE_SCALAR &&
	    nearest == NULL && key->file != NULL) {
		conf_report_comma(map, at, place);
		return;
	}
	if (meant != NULL)
		row = conf_report(&inner, CONF_ERROR, key, "unknown key; %s", meant);
	else if (nearest != NULL)
		row = conf_report(&inner, CONF_ERROR, key, "unknown key; did you mean \"%s\"?",
				  nearest);
	else
		row = conf_report(&inner, CONF_ERROR, key, "unknown key");
	row->nearest = nearest;
	row->got = inner.name;
}

void conf_report_comma(const struct node *map, size_t at, const struct conf_place *place)
{
	const struct node *key = map->keys[at];
	const char *name = conf_show(place->errors->arena, key->value);
	struct conf_place inner = conf_place_key(place, name);

	if (at > 0 && map->items[at - 1]->kind == NODE_SCALAR && !map->items[at - 1]->quoted &&
	    map->keys[at]->file != NULL)
		conf_report(&inner, CONF_ERROR, map->items[at],
			    "no value; did a comma split the line above? quote it: \"%s,%s\"",
			    conf_show(place->errors->arena, map->items[at - 1]->value), name);
	else
		conf_report(&inner, CONF_ERROR, map->items[at], "no value");
}

const struct conf_section *conf_own(const struct conf_section *section, const void *conf)
{
	return section->own != NULL ? section->own(conf) : NULL;
}

/* A key of objects below this section, which are read elsewhere. */
static const struct conf_type objects = { .name = "a mapping or a list" };
static const struct directive held = { .name = "", .type = &objects };

static bool bind_value(const struct node *map, size_t at, const struct conf_section *section,
		       const struct conf_place *place, void *section_struct)
{
	const struct directive *d = conf_find(section, map->keys[at]->value.data);
	const struct node *value = map->items[at];

	if ((d == NULL || d->type->later) && section->holds != NULL &&
	    section->holds(map->keys[at]->value.data))
		d = &held;
	const struct conf_section *own = d == NULL ? conf_own(section, section_struct) : NULL;

	if (own != NULL && conf_find(own, map->keys[at]->value.data) != NULL)
		return bind_value(map, at, own, place, (char *)section_struct + section->own_at);
	if (d == NULL) {
		report_unknown(map, at, section, own, place);
		return false;
	}
	struct conf_place inner = conf_place_key(place, map->keys[at]->value.data);

	if (d != &held)
		inner.name = d->name;
	if (node_null(value) && !d->type->later) {
		conf_report(&inner, CONF_ERROR, value, "no value; expected %s", d->type->name);
		return false;
	}
	if (d == &held)
		return true;
	if (conf_given(section_struct, section, d)) {
		conf_report(&inner, CONF_ERROR, map->keys[at],
			    "already given; \"%s\" is another word for it",
			    conf_show(place->errors->arena, map->keys[at]->value));
		return false;
	}
	conf_set_given(section_struct, section, d);
	return d->type->parse(value, d, &inner, (char *)section_struct + d->offset);
}

void conf_chosen(const struct conf_section *section, const struct conf_section *before,
		 const struct conf_place *place, void *section_struct)
{
	const struct conf_section *own = conf_own(section, section_struct);
	char *conf = (char *)section_struct + section->own_at;

	if (own == before)
		return;
	/* its strings are nobody's any more: they would be taken for a difference */
	if (before != NULL)
		memset(conf, 0, before->size);
	if (own != NULL)
		(void)conf_bind(NULL, own, NULL, place, conf);
}

/*
 * What the choice brings along, with its defaults: the other keys may be directives of it. Returns
 * the place of its key in the map; map->count: it is not there.
 */
static size_t bind_choice(const struct node *map, const struct conf_section *section,
			  const struct conf_place *place, void *section_struct, bool *ok)
{
	const struct conf_section *before = conf_own(section, section_struct);
	size_t i = 0;

	if (section->own == NULL)
		return map->count;
	while (i < map->count &&
	       strcmp(map->keys[i]->value.data, section->scalar_row) != 0)
		i++;
	if (i < map->count)
		*ok = bind_value(map, i, section, place, section_struct);
	conf_chosen(section, before, place, section_struct);
	return i;
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
			memcpy(field, (const char *)base + d->offset, conf_field_size(d));
		else
			set_initial(d, place, field);
	}
	*given_bits(section_struct, section) = 0;
	/* what the choice of `base` brought along is inherited, and not given either */
	if (conf_own(section, section_struct) != NULL)
		*given_bits((char *)section_struct + section->own_at,
			    conf_own(section, section_struct)) = 0;
	if (map == NULL)
		return true;
	if (map->kind != NODE_MAP) {
		conf_report(place, CONF_ERROR, map, "expected a mapping, not %s",
			    node_kind_name(map));
		return false;
	}
	if (section->mapping != NULL)
		section->mapping(section_struct);
	size_t first = bind_choice(map, section, place, section_struct, &ok);

	for (size_t i = 0; i < map->count; i++)
		if (i != first && !bind_value(map, i, section, place, section_struct))
			ok = false;
	/* the marks of keys that others read would make equal structs differ */
	for (const struct directive *d = section->rows; d->name != NULL; d++)
		if (d->type->print == NULL)
			*given_bits(section_struct, section) &= ~conf_bit(d - section->rows);
	return ok;
}

void conf_print_value(const void *section_struct, const struct directive *d, struct text *out)
{
	if (d->type->print != NULL)
		d->type->print((const char *)section_struct + d->offset, d, out);
}

void conf_strings(void *section_struct, const struct conf_section *section,
		  const struct conf_strings *to)
{
	for (const struct directive *d = section->rows; d->name != NULL; d++)
		if (d->type->strings != NULL)
			d->type->strings((char *)section_struct + d->offset, d, to);
	const struct conf_section *own = conf_own(section, section_struct);

	if (own != NULL)
		conf_strings((char *)section_struct + section->own_at, own, to);
}

/* A directive may print by what is beside it: its default is printed in a copy of the whole. */
static bool at_default(const void *section_struct, const struct conf_section *section,
		       const struct directive *d, struct arena *arena)
{
	struct conf_place nowhere = { .name = "", .arena = arena };
	char *copy = arena_alloc(arena, section->size);
	void *field = copy + d->offset;
	struct text value, initial;

	memcpy(copy, section_struct, section->size);
	memset(field, 0, conf_field_size(d));
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

static const char *print_changed(const void *section_struct, const struct conf_section *section,
				 struct arena *arena, const char *comma, struct text *out)
{
	const struct conf_section *own = conf_own(section, section_struct);

	for (const struct directive *d = section->rows; d->name != NULL; d++) {
		if (d->type->print == NULL || at_default(section_struct, section, d, arena))
			continue;
		text_printf(out, "%s%s: ", comma, d->name);
		conf_print_value(section_struct, d, out);
		comma = ", ";
	}
	if (own == NULL)
		return comma;
	return print_changed((const char *)section_struct + section->own_at, own, arena, comma,
			     out);
}

void conf_print(const void *section_struct, const struct conf_section *section, struct text *out)
{
	struct arena *arena = arena_new();

	text_putc(out, '{');
	(void)print_changed(section_struct, section, arena, "", out);
	text_putc(out, '}');
	arena_free(arena);
}
