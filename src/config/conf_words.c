/* SPDX-License-Identifier: BSD-2-Clause */
/* Types whose values are words. */
#include "config/conf_hooks.h"
#include "config/conf_types.h"
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

static void report_word(const struct node *node, const struct conf_word *words, bool later,
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
	struct conf_error *row = conf_report(place, CONF_ERROR, node, "%s", text_cstr(&message));

	row->got = got;
	row->nearest = nearest;
	text_close(&message);
}

bool conf_words_find(const struct node *node, const struct conf_word *words,
		     const struct conf_place *place, int *value)
{
	const struct conf_word *w = words;

	if (!conf_types_scalar(node, "a word", place))
		return false;
	while (w->name != NULL && !slice_is(node->value, w->name))
		w++;
	if (w->name == NULL || w->value == CONF_LATER) {
		report_word(node, words, w->name != NULL, place);
		return false;
	}
	*value = w->value;
	return true;
}

const char *conf_words_name(const struct conf_word *words, int value)
{
	for (; words->name != NULL; words++)
		if (words->value == value)
			return words->name;
	return "";
}

static bool parse_word(const struct node *node, const struct directive *d,
		       const struct conf_place *place, void *field)
{
	return conf_words_find(node, d->extra, place, field);
}

static void print_word(const void *field, const struct directive *d, struct text *out)
{
	text_puts(out, conf_words_name(d->extra, *(const int *)field));
}

static bool parse_words(const struct node *node, const struct directive *d,
			const struct conf_place *place, void *field)
{
	uint64_t bits = 0;
	bool ok = true;
	int value;

	if (node->kind == NODE_MAP) {
		conf_report(place, CONF_ERROR, node, "expected a list of words, not a mapping");
		return false;
	}
	if (node->kind == NODE_SCALAR) {
		if (!conf_words_find(node, d->extra, place, &value))
			return false;
		bits = conf_bit(value);
	}
	for (size_t i = 0; i < node->count; i++) {
		struct conf_place item = conf_place_item(place, i);

		if (conf_words_find(node->items[i], d->extra, &item, &value))
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

const struct conf_type conf_word = {
	.name = "a word",
	.size = sizeof(int),
	.parse = parse_word,
	.print = print_word,
};
const struct conf_type conf_words = {
	.name = "a list of words",
	.size = sizeof(uint64_t),
	.parse = parse_words,
	.print = print_words,
};
