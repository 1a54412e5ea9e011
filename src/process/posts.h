/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The places that must be filled, "worker 1" or "control", and how soon: a
 * process that dies is replaced at once, one that dies again right after its
 * start a little later each time.
 */
#ifndef PROCESS_POSTS_H
#define PROCESS_POSTS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/scoreboard.h"

#define POST_EARLY_MS 1000	/* a life shorter than this is a failed start */
#define POST_DELAY_FIRST_MS 100
#define POST_DELAY_MOST_MS 5000

/* The holder of a place died at `now` after `lived_ms`. Returns how long it stays empty, in ms. */
uint64_t post_lost(enum slot_kind kind, unsigned number, uint64_t now, uint64_t lived_ms);
/* Whether it may be filled; *next is lowered to the time when to ask again. */
bool post_due(enum slot_kind kind, unsigned number, uint64_t now, uint64_t *next);

#endif
