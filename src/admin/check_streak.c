/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/check_streak.h"

uint32_t check_streak_add(uint32_t streak, bool passed)
{
	uint32_t length = check_streak_length(streak);

	if (passed != check_streak_passing(streak))
		length = 0;
	if (length != CHECK_STREAK_FAILING - 1)
		length++;
	return passed ? length : length | CHECK_STREAK_FAILING;
}

enum health check_streak_verdict(enum health now, uint32_t streak, uint32_t rise, uint32_t fall)
{
	uint32_t length = check_streak_length(streak);

	if (!check_streak_passing(streak))
		return length >= fall ? HEALTH_DOWN : now;
	/* a backend that was never seen working is up with its first pass */
	if (now == HEALTH_CHECKING)
		return HEALTH_UP;
	return length >= rise ? HEALTH_UP : now;
}
