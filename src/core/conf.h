/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Configuration by table. A section is a struct and an array of directives;
 * conf_bind() walks a YAML mapping against the array. Defaults go through the
 * same parser as the user's text, and every directive can print itself back:
 * -T, changes between processes, the admin API and the manual's test read the
 * same rows. Knows nothing about what a directive means.
 */
#ifndef CORE_CONF_H
#define CORE_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base.h"
#include "core/text.h"

struct arena;
struct node;

enum conf_level { CONF_ERROR, CONF_WARNING };

struct conf_error {
	enum conf_level level;
	const char     *file;	/* NULL: not in a file */
	unsigned        line, column;
	const char     *path;	/* "services.web.listen", "" at the top */
	const char     *message;	/* what is wrong and what would be right */
	const char     *expected, *got, *nearest;	/* each may be NULL */
};

struct conf_errors {
	struct arena      *arena;	/* owns every text */
	struct conf_error *list;
	size_t             count, room;
	unsigned           errors, warnings;
};

void conf_errors_init(struct conf_errors *e, struct arena *arena);
void conf_errors_close(struct conf_errors *e);	/* frees the list, not the arena */
/* `node` (may be NULL) gives the place. The message is formatted into the arena. Returns the row. */
struct conf_error *conf_fail(struct conf_errors *e, enum conf_level level, const struct node *node,
			     const char *path, const char *fmt, ...) PRINTF(5, 6);
/* gcc form, one line an error: "heddle.yaml:14:5: error: services.web.balence: unknown key; ..." */
void conf_errors_print(const struct conf_errors *e, struct text *out);
/* The same as a JSON array of objects (-t -o json, the API). */
void conf_errors_json(const struct conf_errors *e, struct text *out);

enum conf_applies {
	APPLIES_LIVE,		/* a reload changes it in place */
	APPLIES_RESTART,	/* a reload that changes it is refused, with the line */
};

enum conf_from { FROM_FILE, FROM_API };	/* who may set it: the file only, or the API too */

struct conf_place {	/* where a node stands while it is bound */
	const char         *path;	/* of the node: "services.web.listen[1]" */
	struct arena       *arena;	/* for what the value owns */
	struct conf_errors *errors;
};

struct directive;

struct conf_type {
	const char *name;	/* "duration": named in messages and the manual */
	/* false: told through place->errors. `field` is zeroed or holds the default. */
	bool (*parse)(const struct node *node, const struct directive *d, struct conf_place *place,
		      void *field);
	void (*print)(const void *field, const struct directive *d, struct text *out);	/* YAML flow form */
};

struct directive {
	const char             *name;
	const struct conf_type *type;
	size_t                  offset;		/* of the field in the section's struct */
	const char             *initial;	/* default as YAML text; NULL: must be given */
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
	size_t                  given;	/* offset of a uint64_t with a bit per row: set in the file */
};

struct conf_word {
	const char *name;
	int         value;	/* rows end with name NULL; a second name for a value is an alias */
};

struct conf_bounds {
	uint64_t min, max;
};

/*
 * Fills `section_struct` from `map`: first every default (unless it is NULL or
 * `base` gives the value: base is an already bound struct of the same section,
 * such as defaults: for a service), then what the map says. Unknown keys are
 * errors with the nearest name. true when no error was added.
 */
bool conf_bind(const struct node *map, const struct conf_section *section, const void *base,
	       struct conf_place *place, void *section_struct);

/* Every directive of the section that is not at its default, as one YAML flow mapping. */
void conf_print(const void *section_struct, const struct conf_section *section, struct text *out);

/* Built-in types; what `extra` means is said behind each. */
extern const struct conf_type conf_bool,	/* bool */
	conf_count,		/* uint32_t; struct conf_bounds or NULL */
	conf_size,		/* uint64_t bytes; struct conf_bounds or NULL */
	conf_duration,		/* uint64_t ms; struct conf_bounds or NULL */
	conf_string,		/* const char *; NULL when "" */
	conf_path,		/* const char *; relative to the file; NULL when "" */
	conf_word,		/* int; struct conf_word [] */
	conf_words,		/* uint64_t, a bit per value; struct conf_word []; a list */
	conf_mode,		/* uint32_t, octal file mode */
	conf_block;		/* a nested struct; struct conf_section */

#endif
