/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/random.h"

static uint64_t state = UINT64_C(0x9e3779b97f4a7c15);

void random_seed(uint64_t seed)
{
	state = seed * UINT64_C(0x9e3779b97f4a7c15) | 1;
}

/* xorshift64*, G. Marsaglia and S. Vigna */
static uint64_t next(void)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return state * UINT64_C(0x2545f4914f6cdd1d);
}

uint32_t random_below(uint32_t limit)
{
	return (uint32_t)((next() >> 32) * limit >> 32);
}
