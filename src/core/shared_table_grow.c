/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Linear hashing by copies: every state between two stores is one that a reader finds everything
 * in, whether it knows of the new number of buckets or not. A writer that dies in between leaves
 * entries twice, or memory that nothing leads to: shared_table_repair.c sees to both.
 */
#include "core/shared_table_grow.h"
#include "core/shared_table_parts.h"

/* Puts a copy of the block in front of the bucket; false: the region is full. */
static bool copy_to(struct shared_region *r, struct shared_bucket *to, const struct shared_chunk *c)
{
	uint32_t offset = shared_region_take(r, c->bytes);
	struct shared_block *b = shared_region_at(r, offset, c->bytes);

	if (b == NULL)
		return false;
	memcpy(b->bytes, c->block->bytes, c->bytes - sizeof(*b));
	atomic_init(&b->lengths, (uint32_t)c->key_len | (uint32_t)c->value_len << 16);
	atomic_init(&b->hash, hash_in(c));
	atomic_init(&b->stamp, atomic_load(&c->block->stamp));
	atomic_init(&b->next, atomic_load(&to->head));
	atomic_store_explicit(&to->head, offset, memory_order_release);
	return true;
}

static bool belongs(const struct shared_chunk *c, uint32_t index, uint32_t buckets)
{
	return bucket_index(hash_in(c), buckets) == index;
}

/* Copies what belongs to bucket `index` when there are `buckets`. */
static bool copy_some(struct shared_region *r, struct shared_bucket *from, struct shared_bucket *to,
		      uint32_t index, uint32_t buckets)
{
	uint32_t offset = atomic_load(&from->head);

	for (unsigned i = 0; i < CHAIN_MOST; i++) {
		struct shared_chunk c = chunk_at(r, offset);

		if (c.block == NULL)
			break;
		if (belongs(&c, index, buckets) && !copy_to(r, to, &c))
			return false;
		offset = atomic_load(&c.block->next);
	}
	return true;
}

/* Unlinks and gives back what does not belong to bucket `index` when there are `buckets`. */
static void remove_others(struct shared_region *r, struct shared_bucket *bucket, uint32_t index,
			  uint32_t buckets)
{
	_Atomic uint32_t *link = &bucket->head;

	for (unsigned i = 0; i < CHAIN_MOST; i++) {
		uint32_t offset = atomic_load(link);
		struct shared_chunk c = chunk_at(r, offset);

		if (c.block == NULL)
			break;
		if (belongs(&c, index, buckets)) {
			link = &c.block->next;
			continue;
		}
		atomic_store_explicit(link, atomic_load(&c.block->next), memory_order_release);
		raise_version(&bucket->version);
		shared_region_give(r, offset);
	}
}

/* The span of the bucket that would be the last; false: the region is full. */
static bool add_span(struct shared_region *r, struct shared_root *root, uint32_t index)
{
	_Atomic uint32_t *directory =
		shared_region_at(r, atomic_load(&root->directory), SHARED_SPAN);
	uint32_t span;

	if (directory == NULL || atomic_load(&directory[index / BUCKETS_PER_SPAN]) != 0)
		return directory != NULL;
	span = shared_region_take_span(r);
	atomic_store_explicit(&directory[index / BUCKETS_PER_SPAN], span, memory_order_release);
	return span != 0;
}

static void remove_span(struct shared_region *r, struct shared_root *root, uint32_t index)
{
	_Atomic uint32_t *directory =
		shared_region_at(r, atomic_load(&root->directory), SHARED_SPAN);
	uint32_t span;

	if (directory == NULL || index % BUCKETS_PER_SPAN != 0)
		return;
	span = atomic_load(&directory[index / BUCKETS_PER_SPAN]);
	atomic_store(&directory[index / BUCKETS_PER_SPAN], 0);
	raise_version(&root->version);
	shared_region_give(r, span);
}

static void split(struct shared_region *r, struct shared_root *root, uint32_t buckets)
{
	uint32_t parent = buckets - (UINT32_C(1) << bits_of(buckets));
	struct shared_bucket *from = bucket_at(r, root, parent);
	struct shared_bucket *to = add_span(r, root, buckets) ? bucket_at(r, root, buckets) : NULL;

	if (from == NULL || to == NULL)
		return;
	if (!copy_some(r, from, to, buckets, buckets + 1)) {
		/* nobody sees that bucket */
		remove_others(r, to, UINT32_MAX, buckets + 1);
		return;
	}
	atomic_store_explicit(&root->buckets, buckets + 1, memory_order_release);
	remove_others(r, from, parent, buckets + 1);
}

static void merge(struct shared_region *r, struct shared_root *root, uint32_t buckets)
{
	uint32_t last = buckets - 1;
	uint32_t parent = last - (UINT32_C(1) << bits_of(last));
	struct shared_bucket *from = bucket_at(r, root, last);
	struct shared_bucket *to = bucket_at(r, root, parent);

	if (from == NULL || to == NULL)
		return;
	if (!copy_some(r, from, to, last, buckets)) {
		remove_others(r, to, parent, buckets);
		return;
	}
	atomic_store_explicit(&root->buckets, last, memory_order_release);
	remove_others(r, from, UINT32_MAX, last);
	remove_span(r, root, last);
}

void shared_table_grow_or_shrink(struct shared_table *t)
{
	struct shared_root *root = root_of(t);
	uint32_t buckets = atomic_load(&root->buckets);
	uint64_t count = atomic_load(&root->count);

	if (count > buckets && buckets < BUCKETS_MOST)
		split(t->region, root, buckets);
	/* four for each entry that goes: they are gone when the last of the entries is */
	for (unsigned i = 0; i < 4 && buckets > BUCKETS_LEAST && count < buckets / 4; i++) {
		merge(t->region, root, buckets);
		buckets = atomic_load(&root->buckets);
	}
}
