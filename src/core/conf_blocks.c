/* SPDX-License-Identifier: BSD-2-Clause */
/* Types that choose from words, hold other directives, or refuse. */
#include <string.h>

#include "core/conf_types.h"
#include "core/config_foreign.h"
#include "core/text.h"

#define WORDS_MAX 64

/* Names of what this version has, aliases left out. */
static void list_words(const struct conf_word *words, const char **names)
{
	size_t n = 0;

	for (const struct conf_word *w = words; w->name != NULL; w++) {
		bool alias = w->value == CONF_LATER;

		for (const struct conf_word *before = words; before < w && !alias; before++)
			alias = before->value == w->value;
		if (!alias && n < WORDS_MAX)
			names[n++] = w->name;
	}
	names[n] = NULL;
}

static void tell_word(const struct node *node, const struct conf_word *words, bool later,
		      const struct conf_place *place)
{
	const char *names[WORDS_MAX + 1];
	const char *got = conf_show(place->errors->arena, node->value);
	struct text message;

	list_words(words, names);
	const char *nearest = later ? NULL : conf_nearest(node->value, names);
	const char *meant = later ? NULL : config_foreign_word(place->name, node->value,
								place->errors->arena);

	text_init(&message);
	text_printf(&message,
		    later ? "\"%s\" is not in this version; it has:" : "\"%s\" is not one of", got);
	for (size_t i = 0; names[i] != NULL; i++)
		text_printf(&message, " %s", names[i]);
	if (meant != NULL)
		text_printf(&message, "; %s", meant);
	else if (nearest != NULL)
		text_printf(&message, "; did you mean \"%s\"?", nearest);
	struct conf_error *row = conf_tell(place, CONF_ERROR, node, "%s", text_cstr(&message));

	row->got = got;
	row->nearest = nearest;
	text_close(&message);
}

bool conf_find_word(const struct node *node, const struct conf_word *words,
		    const struct conf_place *place, int *value)
{
	const struct conf_word *w = words;

	if (!conf_scalar(node, "a word", place))
		return false;
	while (w->name != NULL && !slice_is(node->value, w->name))
		w++;
	if (w->name == NULL || w->value == CONF_LATER) {
		tell_word(node, words, w->name != NULL, place);
		return false;
	}
	*value = w->value;
	return true;
}

const char *conf_word_name(const struct conf_word *words, int value)
{
	for (; words->name != NULL; words++)
		if (words->value == value)
			return words->name;
	return "";
}

static bool parse_word(const struct node *node, const struct directive *d,
		       const struct conf_place *place, void *field)
{
	return conf_find_word(node, d->extra, place, field);
}

static void print_word(const void *field, const struct directive *d, struct text *out)
{
	text_puts(out, conf_word_name(d->extra, *(const int *)field));
}

static bool parse_words(const struct node *node, const struct directive *d,
			const struct conf_place *place, void *field)
{
	uint64_t bits = 0;
	bool ok = true;
	int value;

	if (node->kind == NODE_MAP) {
		conf_tell(place, CONF_ERROR, node, "expected a list of words, not a mapping");
		return false;
	}
	if (node->kind == NODE_SCALAR) {
		if (!conf_find_word(node, d->extra, place, &value))
			return false;
		bits = conf_bit(value);
	}
	for (size_t i = 0; i < node->count; i++) {
		struct conf_place item = conf_place_item(place, i);

		if (conf_find_word(node->items[i], d->extra, &item, &value))
			bits |= conf_bit(value);
		else
			ok = false;
	}
	*(uint64_t *)field = bits;
	return ok;
}

static void print_words(const void *field, const struct directive *d, struct text *out)
{
	uint64_t bits = *(const uint64_t *)field;
	const char *comma = "";

	text_putc(out, '[');
	for (const struct conf_word *w = d->extra; w->name != NULL; w++) {
		if (w->value < 0 || (bits & conf_bit(w->value)) == 0)
			continue;
		bits &= ~conf_bit(w->value);
		text_printf(out, "%s%s", comma, w->name);
		comma = ", ";
	}
	text_putc(out, ']');
}

static bool parse_block(const struct node *node, const struct directive *d,
			const struct conf_place *place, void *field)
{
	const struct conf_section *section = d->extra;

	if (node->kind == NODE_SCALAR && section->scalar != NULL) {
		if (section->scalar_row != NULL)
			conf_set_given(field, section, conf_find(section, section->scalar_row));
		return section->scalar(node, place, field);
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
	conf_tell(place, CONF_ERROR, node, "is not in this version of heddle");
	return false;
}

const struct conf_type conf_word = { "a word", sizeof(int), parse_word, print_word };
const struct conf_type conf_words = { "a list of words", sizeof(uint64_t), parse_words,
				      print_words };
const struct conf_type conf_block = { "a mapping", 0, parse_block, print_block };
const struct conf_type conf_elsewhere = { "a mapping or a list", 0, parse_elsewhere, NULL };
const struct conf_type conf_later = { "nothing", 0, parse_later, NULL };
