/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * JSON text as a tree of nodes, and back: what the API and the state file have becomes the same
 * tree that YAML becomes. Strict: one value and nothing behind it, no key twice in a mapping,
 * UTF-8 only, no NUL. Nodes have no line; strings are quoted, everything else is not.
 */
#ifndef CORE_JSON_NODE_H
#define CORE_JSON_NODE_H

#include <stddef.h>

#include "core/node.h"

struct arena;
struct text;

#define JSON_NODE_DEPTH 64	/* mappings and lists in each other at most */
#define JSON_NODE_WHY 256

/* NULL: `why` (JSON_NODE_WHY bytes) says what is wrong, with line and column. */
struct node *json_node_read(struct slice text, struct arena *arena, char *why);

/*
 * Appends the tree as JSON that people can read: a mapping or list that has neither in it is one
 * line. `depth`: how far the lines after the first are indented. Unquoted words of a switch
 * become true and false.
 */
void json_node_print(const struct node *node, unsigned depth, struct text *out);

#endif
