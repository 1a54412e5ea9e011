/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How the memory of shared tables is read; for shared_table*.c alone. All of it may be garbage
 * while the writer uses memory again, or for ever if another process writes where it must not:
 * offsets and lengths are checked, and chains are left after CHAIN_MOST steps.
 */
#ifndef CORE_SHARED_TABLE_PARTS_H
#define CORE_SHARED_TABLE_PARTS_H

#include "core/shared_table_layout.h"

static inline struct shared_roots *roots_of(const struct shared_region *r)
{
	return (struct shared_roots *)(void *)r->base;
}

static inline struct shared_root *root_of(const struct shared_table *t)
{
	return &roots_of(t->region)->root[t->index];
}

/* Of a number of at least BUCKETS_LEAST: the power of two that is not above it. */
static inline unsigned bits_of(uint32_t buckets)
{
	return 31u - (unsigned)__builtin_clz(buckets);
}

/* The bucket of a hash when there are so many. */
static inline uint32_t bucket_index(uint64_t hash, uint32_t buckets)
{
	unsigned bits = bits_of(buckets);
	uint32_t index = (uint32_t)(hash & ((UINT64_C(2) << bits) - 1));

	return index < buckets ? index : (uint32_t)(hash & ((UINT64_C(1) << bits) - 1));
}

/* NULL: the memory is not as it should be. */
static inline struct shared_bucket *bucket_at(const struct shared_region *r,
					      struct shared_root *root, uint32_t index)
{
	_Atomic uint32_t *directory =
		shared_region_at(r, atomic_load(&root->directory), SHARED_SPAN);
	struct shared_bucket *buckets = NULL;

	if (directory != NULL && index < BUCKETS_MOST)
		buckets = shared_region_at(r, atomic_load(&directory[index / BUCKETS_PER_SPAN]),
					   SHARED_SPAN);
	return buckets != NULL ? &buckets[index % BUCKETS_PER_SPAN] : NULL;
}

/* A block as it was when its lengths were read and checked. */
struct shared_chunk {
	struct shared_block *block;	/* NULL: the end of a chain, or not a block */
	uint16_t key_len, value_len;
	size_t   bytes;			/* all of it */
};

static inline struct shared_chunk chunk_at(const struct shared_region *r, uint32_t offset)
{
	struct shared_chunk c = { shared_region_at(r, offset, sizeof(*c.block)), 0, 0, 0 };

	if (c.block != NULL) {
		uint32_t lengths = atomic_load_explicit(&c.block->lengths, memory_order_relaxed);

		c.key_len = (uint16_t)lengths;
		c.value_len = (uint16_t)(lengths >> 16);
		c.bytes = sizeof(*c.block) + c.key_len + c.value_len;
		if (c.bytes > SHARED_BLOCK_MAX || shared_region_at(r, offset, c.bytes) == NULL)
			c.block = NULL;
	}
	return c;
}

static inline uint64_t hash_in(const struct shared_chunk *c)
{
	return atomic_load_explicit(&c->block->hash, memory_order_relaxed);
}

/* Of a key. Not all ones: a walk goes on one behind the last hash. */
static inline uint64_t hash_for(const struct shared_region *r, struct slice key)
{
	uint64_t hash = siphash(&roots_of(r)->seed, key);

	return hash != UINT64_MAX ? hash : 0;
}

#define PREFETCH_AHEAD 8

/* Going through all buckets: what the one some steps ahead leads to is fetched meanwhile. */
static inline void prefetch_bucket(const struct shared_region *r, struct shared_root *root,
				   uint32_t index)
{
	struct shared_bucket *b = bucket_at(r, root, index + PREFETCH_AHEAD);
	uint32_t offset = b != NULL ? atomic_load_explicit(&b->head, memory_order_relaxed) : 0;

	__builtin_prefetch(shared_region_at(r, offset, sizeof(struct shared_block)));
}

/* For the writer: a block that no bucket leads to any more, once readers were warned. */
static inline void raise_version(_Atomic uint32_t *version)
{
	atomic_fetch_add(version, 1);
	atomic_thread_fence(memory_order_seq_cst);
}

#endif
