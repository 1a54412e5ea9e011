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

#include "core/slice.h"

struct arena;
struct conf_errors;

enum node_kind { NODE_SCALAR, NODE_LIST, NODE_MAP };

struct node {
	enum node_kind kind;
	bool           quoted;		/* scalar written in quotes: never null, a number or a boolean */
	unsigned       line, column;	/* from 1 */
	const char    *file;
	struct slice   value;		/* NODE_SCALAR, terminated by NUL */
	struct node  **items;		/* NODE_LIST: items; NODE_MAP: values */
	struct node  **keys;		/* NODE_MAP: scalars, in file order */
	size_t         count;
};

/* NULL with errors told. An empty document is an error. */
struct node *yaml_read_file(const char *path, struct arena *arena, struct conf_errors *errors);

/* A text from memory, `name` standing for the file in messages: -g, changes, tests. No include, no ${}. */
struct node *yaml_read_text(const char *name, struct slice text, struct arena *arena,
			    struct conf_errors *errors);

struct node *node_get(const struct node *map, const char *key);	/* NULL: not there */
bool node_null(const struct node *node);	/* ~, null or nothing, unquoted */

#endif
