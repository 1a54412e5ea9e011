/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * YAML (and JSON, which is YAML) as a tree of nodes that know their file, line
 * and column. libyaml reads; this file refuses what would surprise: duplicate
 * keys, tabs, aliases that recurse or explode, text that is not UTF-8.
 * Aliases are resolved, `<<` merges mappings, `${NAME}` is expanded in scalars
 * of files (not of changes), `include:` is followed at the top level.
 */
#ifndef CORE_YAML_H
#define CORE_YAML_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base.h"
#include "core/slice.h"

struct arena;
struct conf_errors;

enum node_kind { NODE_SCALAR, NODE_LIST, NODE_MAP };

struct node {
	enum node_kind kind;
	/* scalar written in quotes: never null, a number or a boolean */
	bool           quoted;
	/* what is wrong with the value has been told; nothing else is told of it */
	bool           told;
	unsigned       line, column;	/* from 1 */
	const char    *file;
	const char    *environment;	/* the NAME of a ${NAME} in the scalar; NULL */
	struct slice   value;		/* NODE_SCALAR, terminated by NUL */
	struct node  **items;		/* NODE_LIST: items; NODE_MAP: values */
	struct node  **keys;		/* NODE_MAP: scalars, in file order */
	size_t         count;
	/* nodes in it, itself included, aliases counted each time */
	size_t         weight;
};

/* NULL with errors told. An empty document is an error. Included files are read too. */
struct node *yaml_read_file(const char *path, struct arena *arena, struct conf_errors *errors)
	MUST_CHECK;

/*
 * From now on only regular files are read: a pipe may wait for its writer, which is all right for
 * a command, but not for a process that serves.
 */
void yaml_files_only(void);

/*
 * A text from memory, `name` standing for the file in messages: -g, changes, tests. No
 * include, no ${}.
 */
struct node *yaml_read_text(const char *name, struct slice text, struct arena *arena,
			    struct conf_errors *errors) MUST_CHECK;

struct node *node_get(const struct node *map, const char *key);	/* NULL: not there */
bool node_null(const struct node *node);	/* ~, null or nothing, unquoted */
const char *node_kind_name(const struct node *node);	/* "a mapping" */

/*
 * Building trees. A map given to node_add_pair() must have come from
 * node_new(); its room grows in the arena.
 */
struct node *node_new(struct arena *arena, enum node_kind kind, const struct node *place);
struct node *node_scalar(struct arena *arena, const char *text, const struct node *place);
/* what is below is shared */
struct node *node_copy(struct arena *arena, const struct node *node);
void node_add(struct arena *arena, struct node *list, struct node *item);
void node_add_pair(struct arena *arena, struct node *map, struct node *key, struct node *value);
void node_remove(struct node *map, size_t index);

/*
 * Puts `over` on top of `base`: maps key by key, everything else replaced. Told when
 * they do not fit.
 */
void node_overlay(struct arena *arena, struct node *base, const struct node *over,
		  const char *path, struct conf_errors *errors);

#endif
