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
#include "core/map.h"
#include "core/text.h"

/* One configuration as it was printed last. */
struct state_part {
	struct config *config;	/* held, so that its nodes are no others'; NULL: never printed */
	struct arena  *arena;	/* of the pieces */
	struct map     pieces;	/* by the key of an object of the top: struct state_piece */
	struct text    text;
};

/* All zero before the first use. */
struct state_print {
	struct state_part running, base;
};

struct state_content {
	const struct config *running, *base;
	uint64_t     generation, written_ms;	/* wall clock */
	struct slice health;	/* a mapping in JSON */
};

/* Appends the document, sealed, to `out`. */
void state_print(struct state_print *p, const struct state_content *content, struct text *out);
void state_print_close(struct state_print *p);

#endif
