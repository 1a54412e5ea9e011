/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a new writer does first. Its predecessor may have been killed between any two stores: an
 * entry may be in two buckets, or in none; a bucket may have an entry that is unlinked and not
 * versioned. Whatever can be reached and is as it should be stays, and nothing is used again
 * before each version was raised.
 */
#include "core/shared_table.h"
#include "core/shared_table_parts.h"

static void add(_Atomic uint64_t *word, uint64_t n)
{
	atomic_store_explicit(word, atomic_load(word) + n, memory_order_relaxed);
}

/* The rest of a chain goes where one of its entries is not what it should be. */
static void mark_chain(struct shared_region *r, struct shared_root *root, uint32_t index,
		       struct shared_bucket *bucket)
{
	uint32_t buckets = atomic_load(&root->buckets);
	_Atomic uint32_t *link = &bucket->head;
	uint64_t count = 0, bytes = 0;

	for (unsigned i = 0; atomic_load(link) != 0; i++) {
		uint32_t offset = atomic_load(link);
		struct shared_chunk c = chunk_at(r, offset);

		if (c.block != NULL && i < CHAIN_MOST &&
		    bucket_index(hash_in(&c), buckets) != index) {
			/* one that was copied to another bucket: unlinking is what is left to do */
			atomic_store(link, atomic_load(&c.block->next));
			continue;
		}
		if (c.block == NULL || !shared_region_mark(r, offset, c.bytes)) {
			atomic_store(link, 0);
			break;
		}
		count++;
		bytes += shared_region_size(c.bytes);
		link = &c.block->next;
	}
	add(&root->count, count);
	add(&root->bytes, bytes);
	/* nothing is used again before the fence at the end */
	atomic_store_explicit(&bucket->version, atomic_load(&bucket->version) + 1,
			      memory_order_release);
}

/* Directory and spans of buckets; what is above the number of buckets is not in use. */
static bool mark_buckets(struct shared_region *r, struct shared_root *root)
{
	uint32_t buckets = atomic_load(&root->buckets);
	uint32_t directory = atomic_load(&root->directory);
	_Atomic uint32_t *spans = shared_region_at(r, directory, SHARED_SPAN);

	if (spans == NULL || buckets < BUCKETS_LEAST || buckets > BUCKETS_MOST ||
	    !shared_region_mark_span(r, directory))
		return false;
	for (size_t i = 0; i < DIRECTORY; i++) {
		if (i * BUCKETS_PER_SPAN >= buckets)
			atomic_store(&spans[i], 0);
		else if (shared_region_at(r, atomic_load(&spans[i]), SHARED_SPAN) == NULL ||
			 !shared_region_mark_span(r, atomic_load(&spans[i])))
			return false;
	}
	return true;
}

/* Buckets behind the last one may have copies of a split that was not finished. */
static void empty_above(struct shared_region *r, struct shared_root *root, uint32_t buckets)
{
	for (uint32_t i = buckets; i % BUCKETS_PER_SPAN != 0; i++) {
		struct shared_bucket *bucket = bucket_at(r, root, i);

		if (bucket == NULL)
			break;
		if (atomic_load(&bucket->head) != 0) {
			atomic_store(&bucket->head, 0);
			raise_version(&bucket->version);
		}
	}
}

/* A table that was being made or dropped, or is damaged: readers must not use it any more. */
static void forget(struct shared_root *root)
{
	atomic_store(&root->used, 0);
	raise_version(&root->generation);
	atomic_store(&root->directory, 0);
}

static void repair(struct shared_region *r, struct shared_root *root)
{
	uint32_t buckets = atomic_load(&root->buckets);

	if (!mark_buckets(r, root)) {
		forget(root);
		return;
	}
	raise_version(&root->version);
	atomic_store(&root->count, 0);
	atomic_store(&root->bytes, 0);
	for (uint32_t i = 0; i < buckets; i++) {
		struct shared_bucket *bucket = bucket_at(r, root, i);

		prefetch_bucket(r, root, i);
		if (bucket != NULL)
			mark_chain(r, root, i, bucket);
	}
	empty_above(r, root, buckets);
}

bool shared_table_own(struct shared_region *r)
{
	if (!shared_region_own(r))
		return false;
	for (uint32_t i = 0; i < SHARED_TABLES; i++) {
		struct shared_root *root = &roots_of(r)->root[i];

		if (atomic_load(&root->used) != 0)
			repair(r, root);
		else if (atomic_load(&root->directory) != 0)
			forget(root);
	}
	atomic_thread_fence(memory_order_seq_cst);
	shared_region_sweep(r);
	return true;
}
