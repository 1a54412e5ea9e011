/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What lies in the memory of shared tables; for shared_table*.c alone. Other programs never see
 * it: unlike the scoreboard it has no layout number.
 */
#ifndef CORE_SHARED_TABLE_LAYOUT_H
#define CORE_SHARED_TABLE_LAYOUT_H

#include <stdatomic.h>

#include "core/shared_table.h"
#include "core/siphash.h"

#define BUCKETS_LEAST 64
#define BUCKETS_PER_SPAN (SHARED_SPAN / sizeof(struct shared_bucket))
#define DIRECTORY (SHARED_SPAN / sizeof(uint32_t))	/* spans of buckets */
#define BUCKETS_MOST (DIRECTORY * BUCKETS_PER_SPAN / 2)	/* of 2^26: their number has 32 bits */
#define CHAIN_MOST 1024
#define WISHES_KEPT 4

struct shared_bucket {
	_Atomic uint32_t head;
	_Atomic uint32_t version;
};

struct shared_block {
	_Atomic uint32_t next;
	_Atomic uint32_t lengths;	/* key; value << 16 */
	_Atomic uint64_t hash;
	_Atomic uint64_t stamp;
	char             bytes[];	/* key, value */
};

struct shared_root {
	_Alignas(64) _Atomic uint32_t used;	/* 0: not */
	_Atomic uint32_t generation;	/* raised when the table is made, and when it is dropped */
	_Atomic uint32_t version;	/* raised before memory of buckets is given back */
	_Atomic uint32_t buckets;
	_Atomic uint32_t directory;
	_Atomic uint32_t wishes;
	_Atomic uint32_t wished[WISHES_KEPT];	/* the last of them, by their number */
	_Atomic uint64_t count, bytes;
	char             name[SHARED_TABLE_NAME + 1];
};

struct shared_roots {
	struct siphash_seed seed;
	struct shared_root  root[SHARED_TABLES];
};

#endif
