/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rows of counters in shared memory, each by its name, that outlive the process which counts: its
 * successor goes on where it was killed. One process at a time counts; what it says of them to
 * others is in its report. Which rows are in use is in its private memory, and nothing from the
 * shared memory is an index or a length.
 */
#ifndef CORE_COUNTER_ROWS_H
#define CORE_COUNTER_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"
#include "core/slice.h"

#define COUNTER_ROW_NAME 215	/* bytes of a name, at most */
#define COUNTER_ROW_WORDS 16

/* Reserves the memory, before the first fork. false with errno. */
bool counter_rows_open(void) MUST_CHECK;
/*
 * This process counts from now on. What others have left is theirs whose names are taken before
 * counter_rows_give_left(). false with errno: no memory.
 */
bool counter_rows_own(void) MUST_CHECK;

/*
 * The row of a name that nobody has taken, as a predecessor left it; else zeros. NULL: there is no
 * room, or this process is not the one that counts.
 */
uint64_t *counter_rows_take(struct slice name);
/* A name that is taken again begins with zeros. */
void counter_rows_give(uint64_t *words);
void counter_rows_give_left(void);

#endif
