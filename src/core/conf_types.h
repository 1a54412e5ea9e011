/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The types of directives that know nothing about load balancing. What `extra`
 * of a directive means is said behind each.
 */
#ifndef CORE_CONF_TYPES_H
#define CORE_CONF_TYPES_H

#include "core/conf.h"
#include "core/yaml.h"

struct conf_word {
	const char *name;
	int         value;	/* rows end with name NULL; a second name for a value is an alias */
};

#define CONF_LATER (-1)	/* as the value of a word: known, but not in this version */

struct conf_bounds {
	uint64_t min, max;
};

extern const struct conf_type conf_bool,	/* bool */
	conf_count,		/* uint32_t; struct conf_bounds or NULL */
	conf_size,		/* uint64_t bytes; struct conf_bounds or NULL */
	conf_duration,		/* uint64_t ms; struct conf_bounds or NULL */
	conf_string,		/* const char *; NULL when "" */
	conf_path,		/* const char *; relative to the file; NULL when "" or off */
	conf_word,		/* int; struct conf_word [] */
	conf_words,		/* uint64_t, 1 << value each; struct conf_word []; a list */
	conf_mode,		/* uint32_t, octal file mode */
	conf_block,		/* a nested struct; struct conf_section */
	conf_elsewhere,		/* no field: somebody else reads the value */
	conf_later;		/* no field: refused, it is not in this version */

/* The scalar of a node; told when it is none. "expected a duration, not a list" */
bool conf_scalar(const struct node *node, const char *expected, const struct conf_place *place);

/* The value of a word; told when it is none of them. */
bool conf_find_word(const struct node *node, const struct conf_word *words,
		    const struct conf_place *place, int *value);
const char *conf_word_name(const struct conf_word *words, int value);	/* the first name it has */

/* Tells what a number of other programs is here: "5 sec", 64MB, -1, unlimited. false: not told. */
bool conf_tell_hint(const struct node *node, const struct directive *d,
		    const struct conf_place *place);

/* A path of the configuration as an absolute one: relative ones belong to the node's file. */
const char *conf_absolute(const struct node *node, struct slice path, struct arena *arena);

/* A string as YAML: bare where that is safe, else in quotes. */
void conf_print_string(const char *value, struct text *out);

#endif
