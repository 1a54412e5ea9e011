/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * JSON text as Go's encoding/json takes it, as a tree of nodes: a key may be there twice, bytes
 * that are not UTF-8 become U+FFFD, and errors have that package's words, which clients of shuttle
 * know. Strings are quoted scalars; numbers stay the text that they were.
 */
#ifndef CORE_GO_JSON_H
#define CORE_GO_JSON_H

#include <stddef.h>

#include "core/node.h"

struct arena;
struct text;

#define GO_JSON_DEPTH 100	/* mappings and lists in each other at most */
#define GO_JSON_WHY 128

/*
 * NULL: `why` (GO_JSON_WHY bytes) says what is wrong. A string with a NUL is refused: nothing in
 * a configuration can have one.
 */
struct node *go_json_read(struct slice text, struct arena *arena, char *why);

/* "object", "array", "string", "number", "bool" or "null": the value in Go's messages. */
const char *go_json_kind(const struct node *node);

/* Appends a string as Go writes it: <, > and & are escaped, so that HTML can hold it. */
void go_json_string(struct text *out, struct slice bytes);

#endif
