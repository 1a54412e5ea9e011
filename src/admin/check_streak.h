/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How many checks in a row had the same result, as one word that lies in the
 * backend's cell and so outlives this process: the length, and a bit for
 * failures. And what follows from it. Pure functions.
 */
#ifndef ADMIN_CHECK_STREAK_H
#define ADMIN_CHECK_STREAK_H

#include <stdbool.h>
#include <stdint.h>

#include "core/scoreboard.h"

#define CHECK_STREAK_FAILING 0x80000000u

static inline bool check_streak_passing(uint32_t streak)
{
	return (streak & CHECK_STREAK_FAILING) == 0;
}

static inline uint32_t check_streak_length(uint32_t streak)
{
	return streak & ~CHECK_STREAK_FAILING;
}

/* The word after one more result. */
uint32_t check_streak_add(uint32_t streak, bool passed);

/* What a backend is after it: `rise` passes make one up, `fall` failures make one down. */
enum health check_streak_verdict(enum health now, uint32_t streak, uint32_t rise, uint32_t fall);

#endif
