/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What only the master knows about the shared memory: who is in which slot and which
 * cells are taken. Private memory, so that no other process can change it. Its functions
 * for others are in scoreboard.h.
 */
#ifndef CORE_SCOREBOARD_OWNED_H
#define CORE_SCOREBOARD_OWNED_H

#include "core/scoreboard.h"

/* Nothing is taken afterwards; false with errno when the system has no memory. */
bool scoreboard_owned_open(const struct scoreboard_sizes *sizes) MUST_CHECK;

/* What scoreboard_reclaim.c finds out about the count of a cell, when it walks over all rows. */
struct scoreboard_tally {
	uint64_t seen;	/* active_read() before the walk */
	uint32_t held;	/* rows that hold the cell for certain */
	bool     unsure;	/* a row was just taking or giving it */
	bool     doubt;	/* its count may be wrong */
};
/* One for each cell of what is counted, zero at the start. `index` is below its number. */
struct scoreboard_tally *scoreboard_owned_tally(enum counted what, uint32_t index);

#endif
