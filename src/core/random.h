/* SPDX-License-Identifier: BSD-2-Clause */
/* Fast numbers for balancing and jitter; not for secrets. Seeded per process. */
#ifndef CORE_RANDOM_H
#define CORE_RANDOM_H

#include <stdint.h>

void random_seed(uint64_t seed);
uint32_t random_below(uint32_t limit);	/* 0 .. limit - 1; limit > 0 */

#endif
