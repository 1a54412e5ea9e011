/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Prints the document of the state file. It is printed after every change and holds everything,
 * so what has not changed since the last time is copied from there: configurations share the
 * nodes of all objects that a change does not touch.
 */
#ifndef CONFIG_STATE_PRINT_H
#define CONFIG_STATE_PRINT_H

#include <stdint.h>

#include "config/config.h"
#include "core/text.h"

#define STATE_PRINT_PIECES 5

struct state_piece;

/* One configuration as text, with the objects of its top in the order of the file. */
struct state_part_text {
	struct arena       *arena;	/* of the pieces */
	struct state_piece *pieces;
	size_t              count;
	struct text         text;
};

struct state_part {
	struct config         *config;	/* held, so that its nodes are no others'; NULL: none yet */
	struct state_part_text now, next;	/* as it was printed last; the next time */
};

/* All zero before the first use. */
struct state_print {
	struct state_part running, base;
	struct text       begin, end;	/* of the document: before `running`, behind `base` */
};

struct state_content {
	const struct config *running, *base;
	uint64_t     generation, written_ms;	/* wall clock */
	struct slice health;	/* a mapping in JSON */
};

/* The document, sealed, in pieces that belong to `p` until the next call. */
void state_print(struct state_print *p, const struct state_content *content,
		 struct slice pieces[STATE_PRINT_PIECES]);
void state_print_close(struct state_print *p);

#endif
