/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The state file as a document: what runs, the configuration file as it was last applied, and
 * which backends are not up; heddle-state(5) has its format. Reads and seals the text; knows
 * nothing about files. Nothing in it is believed here: trees are read like the file's.
 */
#ifndef CONFIG_STATE_DOCUMENT_H
#define CONFIG_STATE_DOCUMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"
#include "core/node.h"

struct arena;
struct text;

#define STATE_DOCUMENT_FORMAT 2	/* is written; 1 is read: it has another checksum */
#define STATE_DOCUMENT_WHY 400	/* bytes of a reason */

struct state_document {
	const struct node *running;	/* mapping: sections by name, as in the file */
	const struct node *base;	/* the same; NULL: there is none */
	const struct node *health;	/* mapping from "web/one" to "down" or "checking"; NULL */
	uint64_t format, generation;
	bool     unsealed;		/* it has no checksum: somebody has edited it */
};

/* false: `why` (STATE_DOCUMENT_WHY bytes) says what is wrong, and what to do about an edit. */
bool state_document_read(struct slice text, struct arena *arena, struct state_document *document,
			 char *why) MUST_CHECK;

/*
 * What comes behind the last member of a document: appends the checksum of all `pieces`, which are
 * the document so far, and the brace to `end`. The last piece may be of `end` itself.
 */
void state_document_seal(const struct slice *pieces, size_t count, struct text *end);

#endif
