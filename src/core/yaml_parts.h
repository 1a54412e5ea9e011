/* SPDX-License-Identifier: BSD-2-Clause */
/* What the yaml_*.c files share among themselves. Nobody else includes this. */
#ifndef CORE_YAML_PARTS_H
#define CORE_YAML_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/slice.h"

struct arena;
struct conf_errors;
struct node;
struct text;

#define YAML_FILE_MAX (16u << 20)	/* bytes of one file */
#define YAML_DEPTH_MAX 64		/* lists and mappings inside each other */
#define YAML_NODES_MAX 1000000u		/* values, aliases counted each time they are used */

/*
 * yaml_source.c: the bytes of a file; false when it could not be read, or is
 * too big: told. `from` is the include that names it, NULL for the first file.
 */
bool yaml_source_read(const char *path, const struct node *from, struct text *bytes,
		      struct conf_errors *errors);
/* UTF-8 without control characters; cuts a byte order mark off *bytes. false: told. */
bool yaml_source_check(const char *file, struct slice *bytes, struct conf_errors *errors);
bool yaml_source_is_text(struct slice bytes);	/* the same, without a place or a word */

/* yaml_compose.c: one document. `expand`: ${NAME} means something. NULL: told, or *empty. */
struct node *yaml_compose(const char *file, struct slice bytes, bool expand, bool *empty,
			  struct arena *arena, struct conf_errors *errors);

/* yaml_keys.c: tells every key that comes twice and drops the later one. */
void yaml_unique_keys(struct node *map, const char *path, struct arena *arena,
		      struct conf_errors *errors);
/* Resolves the `<<` keys of a mapping. */
void yaml_merge_keys(struct node *map, const char *path, struct arena *arena,
		     struct conf_errors *errors);

/* yaml_environment.c: replaces ${NAME} in a scalar with a "$"; false: told. */
bool yaml_environment_expand(struct node *scalar, const char *path, struct arena *arena,
		 struct conf_errors *errors);

/*
 * yaml_trap.c: where libyaml stopped, said in words that help. `where` has
 * the place of the complaint and is moved to the place of the cause; true when
 * a path belongs in front of the message. `from` is the line where the text
 * began that libyaml could not finish, 0: unknown.
 */
bool yaml_trap(struct slice bytes, struct node *where, const char *problem, unsigned from,
	       struct text *message);
/* The line with that number, from 1; empty: there is none. */
struct slice yaml_trap_line(struct slice bytes, unsigned number);

/*
 * yaml_unclosed.c: a quote, a bracket that began before `where` and is not
 * closed: said, and `where` is moved there. false: there is none.
 */
bool yaml_unclosed_quote(struct slice bytes, struct node *where, struct text *message);
bool yaml_unclosed_bracket(struct slice bytes, struct node *where, struct text *message);

/* yaml_lookalike.c: what is wrong with a text that has signs which only look like those of YAML. */
bool yaml_lookalike(struct slice text, struct text *message);

/* yaml_lines.c: the same for a line that does not fit to the one above it. */
bool yaml_lines_trap(struct slice bytes, struct node *where, unsigned from, struct text *message);

#endif
