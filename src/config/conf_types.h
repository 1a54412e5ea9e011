/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The types of directives that know nothing about load balancing. What `extra`
 * of a directive means is said behind each.
 */
#ifndef CONFIG_CONF_TYPES_H
#define CONFIG_CONF_TYPES_H

#include "config/conf.h"
#include "core/yaml.h"

struct conf_word {
	const char *name;
	int         value;	/* rows end with name NULL; a second name for a value is an alias */
};

#define CONF_LATER (-1)	/* as the value of a word: known, but not in this version */

/*
 * Words that are the names of a table's rows; the value is the place of the row. For tables of
 * folders above this one: each has such a record beside it.
 */
struct conf_names {
	/* Of a row; *aliases: its other words, separated by blanks, or NULL. NULL: no such row. */
	const char *(*name)(size_t row, const char **aliases);
	const char *later;	/* words that this version does not have, likewise; NULL: none */
};

struct conf_bounds {
	uint64_t min, max;
};

#define CONF_RANGES 8

/* Numbers, and numbers from one to another. */
struct conf_ranges {
	uint32_t count;
	struct conf_range {
		uint16_t first, last;
	} list[CONF_RANGES];
};

extern const struct conf_type conf_bool,	/* bool */
	conf_count,		/* uint32_t; struct conf_bounds or NULL */
	conf_size,		/* uint64_t bytes; struct conf_bounds or NULL */
	conf_duration,		/* uint64_t ms; struct conf_bounds or NULL */
	conf_string,		/* const char *; NULL when "" */
	conf_path,		/* const char *; relative to the file; NULL when "" or off */
	conf_word,		/* int; struct conf_word [] */
	conf_words,		/* uint64_t, 1 << value each; struct conf_word []; a list */
	conf_row,		/* int; struct conf_names */
	conf_mode,		/* uint32_t, octal file mode */
	conf_bytes,		/* const char *, see conf_bytes.h; NULL when "" */
	conf_regex,		/* const char *, an expression that compiles; NULL when "" */
	conf_ranges,		/* struct conf_ranges; struct conf_bounds or NULL */
	conf_http_method, conf_http_path,	/* const char * */
	conf_http_host,		/* const char *; NULL when "" */
	conf_http_headers,	/* const char *: "Name: value" CR LF for each; NULL */
	conf_block,		/* a nested struct; struct conf_section */
	conf_elsewhere,		/* no field: somebody else reads the value */
	conf_later;		/* no field: refused, it is not in this version */

/* Whether the node is a scalar. false: reported, "expected a duration, not a list". */
bool conf_types_scalar(const struct node *node, const char *expected,
		       const struct conf_place *place);

/* The value of a word. false: it is none of them; reported. */
bool conf_words_find(const struct node *node, const struct conf_word *words,
		     const struct conf_place *place, int *value);
const char *conf_words_name(const struct conf_word *words, int value);	/* the first name it has */

/* Reports what a number of other programs is here: "5 sec", 64MB, -1, unlimited. false: unknown. */
bool conf_hints_report(const struct node *node, const struct directive *d,
		       const struct conf_place *place);

/* Reports "\"VALUE\" is not a TYPE; HINT", and is false. */
bool conf_types_wrong(const struct node *node, const struct directive *d,
		      const struct conf_place *place, const char *hint);

/* Appends what one item of a list says, with a separator in front if need be. false: told. */
typedef bool conf_add_item(const struct node *node, const struct directive *d,
			   const struct conf_place *place, struct text *all);
/* parse() of types whose field is one string of all items: one item, or a list; NULL: none. */
bool conf_types_parse_list(const struct node *node, const struct directive *d,
			   const struct conf_place *place, void *field, conf_add_item *add);

/* print() and strings() of types whose field is one string. */
void conf_types_print_text(const void *field, const struct directive *d, struct text *out);
void conf_types_visit_text(void *field, const struct directive *d, const struct conf_strings *to);

/* Whether the text has a control character that YAML refuses: all but tab and ends of lines. */
bool conf_types_control(struct slice text);

/* A path of the configuration as an absolute one: relative ones belong to the node's file. */
const char *conf_types_absolute(const struct node *node, struct slice path, struct arena *arena);
/* "unix:PATH" with an absolute one. false, and told: it is relative, and stands in no file. */
bool conf_types_unix(const struct node *node, const struct conf_place *place, struct slice *text);

/* A string as YAML: bare where that is safe, else in quotes. */
void conf_types_print_string(const char *value, struct text *out);

#endif
