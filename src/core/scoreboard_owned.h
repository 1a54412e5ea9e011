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

/* Room to count in, a number for each cell, 0 again with each call; whose count is in doubt. */
struct scoreboard_tally {
	uint32_t *backends, *services;
	bool     *backend_doubts, *service_doubts;	/* these stay */
};
struct scoreboard_tally scoreboard_tally(void);

#endif
