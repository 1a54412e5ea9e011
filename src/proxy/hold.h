/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How a session counts in the cells of its service and its backend. Its row says what is about to
 * be done before the count changes, and what is true after it: a worker may die between any two
 * instructions, and scoreboard_reclaim() then knows which one count may be wrong.
 */
#ifndef PROXY_HOLD_H
#define PROXY_HOLD_H

#include <stdbool.h>

#include "core/scoreboard.h"

static inline void hold_set(_Atomic uint8_t *hold, enum hold to)
{
	atomic_store_explicit(hold, (uint8_t)to, memory_order_release);
}

/* Gives one back that is HELD. */
static inline void hold_give(_Atomic uint8_t *hold, struct active *active)
{
	hold_set(hold, HOLD_GIVING);
	active_less(active);
	hold_set(hold, HOLD_FREE);
}

#endif
