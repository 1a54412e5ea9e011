/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SipHash-1-3 of Aumasson and Bernstein: a hash for tables whose keys strangers choose. Without
 * the seed nobody can make many keys with one hash.
 */
#ifndef CORE_SIPHASH_H
#define CORE_SIPHASH_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"
#include "core/slice.h"

struct siphash_seed {
	uint64_t k0, k1;
};

/* From the system's random numbers; false when there are none. */
bool siphash_seed(struct siphash_seed *seed) MUST_CHECK;
uint64_t siphash(const struct siphash_seed *seed, struct slice bytes);

#endif
