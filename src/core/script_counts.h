/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is counted of scripts, in shared memory: it outlives the mapper process, which alone counts,
 * and its successor goes on where it was killed. Which rows are in use is in its private memory.
 */
#ifndef CORE_SCRIPT_COUNTS_H
#define CORE_SCRIPT_COUNTS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"

struct script_counts {
	uint64_t requests, errors, timeouts, killed, held;
};

/* Before the first fork. false with errno. */
bool script_counts_open(void) MUST_CHECK;

/* The row of a script, as a predecessor left it; else zeros. `otherwise`: there is no room. */
struct script_counts *script_counts_take(uint64_t script, struct script_counts *otherwise);
/* A script that is taken again begins with zeros. One that is no row: nothing. */
void script_counts_give(struct script_counts *counts);
/* Rows that nobody has taken: their scripts have gone while no process counted. */
void script_counts_give_left(void);

#endif
