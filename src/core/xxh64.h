/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * XXH64 with the seed 0: a checksum that finds damage in a megabyte in a fraction of a
 * millisecond. It keeps nobody from forging one: keys of hash tables that others choose need
 * core/siphash.h.
 */
#ifndef CORE_XXH64_H
#define CORE_XXH64_H

#include <stdint.h>

#include "core/slice.h"

struct xxh64 {
	uint64_t lanes[4];
	uint64_t total;			/* bytes so far */
	unsigned char rest[32];		/* the last total % 32 of them */
};

void xxh64_begin(struct xxh64 *x);
void xxh64_add(struct xxh64 *x, struct slice bytes);
/* Of all that was added; more may follow. */
uint64_t xxh64_sum(const struct xxh64 *x);

#endif
