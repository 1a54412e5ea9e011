/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Configuration by table. A section is a struct and an array of directives;
 * conf_bind() walks a YAML mapping against the array. Defaults go through the
 * same parser as the user's text, and every directive can print itself back:
 * -T, changes between processes, the admin API and the manual's test read the
 * same rows. Knows nothing about what a directive means.
 */
#ifndef CONFIG_CONF_H
#define CONFIG_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/conf_place.h"
#include "config/conf_visit.h"
#include "core/base.h"
#include "core/conf_errors.h"

struct arena;
struct node;
struct text;

enum conf_applies {
	APPLIES_LIVE,		/* a reload changes it in place */
	APPLIES_RESTART,	/* a reload that changes it is refused, with the line */
};

enum conf_from { FROM_FILE, FROM_API };	/* who may set it: the file only, or the API too */

struct directive;

struct conf_type {
	const char *name;	/* "a duration": named in messages and the manual */
	size_t      size;	/* of the field; 0: there is none, or it is nested */
	bool        nested;	/* the field is a struct of the struct conf_section in `extra` */
	bool        later;	/* refused: not in this version */
	bool        alternatives;	/* of the keys of a mapping: they are not merged */
	/* false: told through place. `field` holds the default, or zeroes. */
	bool (*parse)(const struct node *node, const struct directive *d,
		      const struct conf_place *place, void *field);
	/* YAML flow form. NULL: the row is bound and printed elsewhere. */
	void (*print)(const void *field, const struct directive *d, struct text *out);
	/* The pointers in the field, all of them strings. NULL: it has none. */
	void (*strings)(void *field, const struct directive *d, const struct conf_strings *to);
};

struct directive {
	const char             *name;
	const struct conf_type *type;
	size_t                  offset;		/* of the field in the section's struct */
	const char             *initial;	/* default, one scalar; NULL: all zeroes */
	enum conf_applies       applies;
	enum conf_from          from;
	const void             *extra;		/* words, bounds, or a nested struct conf_section */
	const char             *aliases;	/* old words, separated by blanks; NULL */
	const char             *help;		/* one sentence; the manual must hold it */
};

struct conf_section {
	const char             *name;
	const struct directive *rows;	/* ends with a row whose name is NULL */
	size_t                  size;	/* of the struct */
	size_t                  given;	/* offset of a uint64_t with a bit per row: set */
	/* A value that is not a mapping: `check: tcp`. NULL: refused. */
	bool (*scalar)(const struct node *node, const struct conf_place *place,
		       void *section_struct);
	const char *scalar_row;	/* the directive that it sets, "type"; NULL: none of the rows */
	/* A mapping is about to be bound: `passive: {}` turns it on. NULL: nothing to do. */
	void (*mapping)(void *section_struct);
	/* What is printed instead of a mapping, "off"; NULL, or it answers NULL: the mapping. */
	const char *(*shorthand)(const void *section_struct);
	/* Keys that objects below this one are read from: no directives. NULL: there are none. */
	bool (*holds)(const char *key);
	/* Directives of what `scalar_row` chooses, in a struct at `own_at`. NULL: none. */
	const struct conf_section *(*own)(const void *section_struct);
	size_t own_at;
};

/*
 * Fills `section_struct` from `map` (NULL: defaults alone): first every
 * default, from `base` unless that is NULL (an already bound struct of the same
 * section, such as defaults: for a service), then what the map says. Unknown
 * keys are errors with the nearest name. true when no error was added.
 */
bool conf_bind(const struct node *map, const struct conf_section *section, const void *base,
	       const struct conf_place *place, void *section_struct);

/* Every directive of the section that is not at its default, as one YAML flow mapping. */
void conf_print(const void *section_struct, const struct conf_section *section, struct text *out);

/* conf_fail() with the path of the place. */
struct conf_error *conf_report(const struct conf_place *place, enum conf_level level,
			       const struct node *node, const char *fmt, ...) PRINTF(4, 5);

/* A key without a value, and what probably became of it: "did a comma split the line above?" */
void conf_report_comma(const struct node *map, size_t at, const struct conf_place *place);

/* The directives that come with what the struct has chosen; NULL: none. */
const struct conf_section *conf_own(const struct conf_section *section, const void *conf);

size_t conf_field_size(const struct directive *d);

/* The bit of a row, or of a word in a list of words. More than 64 do not fit: that aborts. */
uint64_t conf_bit(ptrdiff_t place);

/* The row of a key by its name or an alias; NULL: none. */
const struct directive *conf_find(const struct conf_section *section, const char *key);
bool conf_given(const void *section_struct, const struct conf_section *section,
		const struct directive *d);
void conf_set_given(void *section_struct, const struct conf_section *section,
		    const struct directive *d);
/* Every string that the directives of the section keep in `section_struct`, in one fixed order. */
void conf_strings(void *section_struct, const struct conf_section *section,
		  const struct conf_strings *to);
/* The value of one directive as YAML flow text. */
void conf_print_value(const void *section_struct, const struct directive *d, struct text *out);

#endif
