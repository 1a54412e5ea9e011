/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A tree of values: what a document in YAML or JSON becomes. Every node knows its file, line and
 * column, for messages. Nodes are the arena's in which they were made.
 */
#ifndef CORE_NODE_H
#define CORE_NODE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/slice.h"

struct arena;

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

struct node *node_get(const struct node *map, const char *key);	/* NULL: not there */
bool node_null(const struct node *node);	/* ~, null or nothing, unquoted */
/* The same values, whether quoted or not; mappings in any order. NULL equals NULL alone. */
bool node_equal(const struct node *a, const struct node *b);
const char *node_kind_name(const struct node *node);	/* "a mapping" */

/*
 * Building trees; `place` NULL: it stands in no file. A map given to node_add_pair() must have
 * come from node_new(); its room grows in the arena.
 */
struct node *node_new(struct arena *arena, enum node_kind kind, const struct node *place);
struct node *node_scalar(struct arena *arena, const char *text, const struct node *place);
/* what is below is shared */
struct node *node_copy(struct arena *arena, const struct node *node);
void node_add(struct arena *arena, struct node *list, struct node *item);
void node_add_pair(struct arena *arena, struct node *map, struct node *key, struct node *value);
void node_remove(struct node *map, size_t index);

#endif
