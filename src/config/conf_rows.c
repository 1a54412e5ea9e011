/* SPDX-License-Identifier: BSD-2-Clause */
/* The type that chooses a row of a table by its name. */
#include "config/conf_types.h"
#include "core/slice.h"
#include "core/text.h"

#define ROWS_MAX 32

static int find(const struct conf_names *names, struct slice word)
{
	const char *name, *aliases;

	for (size_t row = 0; (name = names->name(row, &aliases)) != NULL; row++) {
		if (slice_is(word, name) || slice_is_among(word, aliases))
			return (int)row;
	}
	return -1;
}

/* The names are what the message of a wrong word lists; aliases are not. */
static void report(const struct node *node, const struct conf_names *names,
		   const struct conf_place *place)
{
	struct conf_word words[ROWS_MAX + 2];
	const char *aliases;
	size_t n = 0;
	int value;

	while (n < ROWS_MAX && (words[n].name = names->name(n, &aliases)) != NULL) {
		words[n].value = (int)n;
		n++;
	}
	if (slice_is_among(node->value, names->later))
		words[n++] = (struct conf_word){ node->value.data, CONF_LATER };
	words[n].name = NULL;
	(void)conf_words_find(node, words, place, &value);
}

static bool parse_row(const struct node *node, const struct directive *d,
		      const struct conf_place *place, void *field)
{
	int row;

	if (!conf_types_scalar(node, "a word", place))
		return false;
	row = find(d->extra, node->value);
	if (row < 0) {
		report(node, d->extra, place);
		return false;
	}
	*(int *)field = row;
	return true;
}

static void print_row(const void *field, const struct directive *d, struct text *out)
{
	const struct conf_names *names = d->extra;
	const char *aliases, *name = names->name((size_t)*(const int *)field, &aliases);

	text_puts(out, name != NULL ? name : "");
}

const struct conf_type conf_row = { .name = "a word",
				    .size = sizeof(int),
				    .parse = parse_row,
				    .print = print_row };
