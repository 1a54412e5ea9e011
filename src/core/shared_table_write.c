/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/shared_table.h"
#include "core/shared_table_grow.h"
#include "core/shared_table_parts.h"

static void add_to(_Atomic uint64_t *word, uint64_t n)
{
	/* one writer: no locked add */
	atomic_store_explicit(word, atomic_load_explicit(word, memory_order_relaxed) + n,
			      memory_order_relaxed);
}

/* The word that leads to the entry with this key; NULL: there is none. */
static _Atomic uint32_t *link_to(const struct shared_table *t, struct shared_bucket *bucket,
				 struct slice key, uint64_t hash)
{
	_Atomic uint32_t *link = &bucket->head;

	for (unsigned i = 0; i < CHAIN_MOST; i++) {
		struct shared_chunk c = chunk_at(t->region, atomic_load(link));

		if (c.block == NULL)
			break;
		if (hash_in(&c) == hash &&
		    slice_equal((struct slice){ c.block->bytes, c.key_len }, key))
			return link;
		link = &c.block->next;
	}
	return NULL;
}

/* A block that no reader can see yet; 0: the region is full. */
static uint32_t build(struct shared_table *t, struct slice key, struct slice value, uint64_t hash,
		      uint64_t stamp, uint32_t next)
{
	size_t bytes = sizeof(struct shared_block) + key.len + value.len;
	uint32_t offset = shared_region_take(t->region, bytes);
	struct shared_block *b = shared_region_at(t->region, offset, bytes);

	if (b == NULL)
		return 0;
	atomic_init(&b->next, next);
	atomic_init(&b->lengths, (uint32_t)key.len | (uint32_t)value.len << 16);
	atomic_init(&b->hash, hash);
	atomic_init(&b->stamp, stamp);
	memcpy(b->bytes, key.data, key.len);
	if (value.len != 0)
		memcpy(b->bytes + key.len, value.data, value.len);
	add_to(&root_of(t)->bytes, shared_region_size(bytes));
	return offset;
}

/* The block is not led to any more: readers that are at it start over. */
static void release(struct shared_table *t, struct shared_bucket *bucket, uint32_t offset,
		    size_t bytes)
{
	raise_version(&bucket->version);
	shared_region_give(t->region, offset);
	add_to(&root_of(t)->bytes, -(uint64_t)shared_region_size(bytes));
}

static enum shared_put replace(struct shared_table *t, struct shared_bucket *bucket,
			       _Atomic uint32_t *link, struct slice value, uint64_t stamp)
{
	uint32_t old = atomic_load(link);
	struct shared_chunk c = chunk_at(t->region, old);
	struct slice key = { c.block->bytes, c.key_len };
	uint32_t offset;

	if (slice_equal((struct slice){ c.block->bytes + c.key_len, c.value_len }, value)) {
		atomic_store_explicit(&c.block->stamp, stamp, memory_order_relaxed);
		return SHARED_PUT_SAME;
	}
	offset = build(t, key, value, hash_in(&c), stamp, atomic_load(&c.block->next));
	if (offset == 0)
		return SHARED_PUT_FULL;
	atomic_store_explicit(link, offset, memory_order_release);
	release(t, bucket, old, c.bytes);
	return SHARED_PUT_REPLACED;
}

static struct shared_bucket *bucket_of(const struct shared_table *t, uint64_t hash)
{
	struct shared_root *root = root_of(t);
	uint32_t buckets = atomic_load(&root->buckets);

	if (buckets < BUCKETS_LEAST || buckets > BUCKETS_MOST)
		return NULL;
	return bucket_at(t->region, root, bucket_index(hash, buckets));
}

enum shared_put shared_table_put(struct shared_table *t, struct slice key, struct slice value,
				 uint64_t stamp, bool add)
{
	uint64_t hash = hash_for(t->region, key);
	struct shared_bucket *bucket = bucket_of(t, hash);
	_Atomic uint32_t *link;
	uint32_t offset;

	if (bucket == NULL || key.len + value.len > SHARED_TABLE_BYTES)
		return SHARED_PUT_FULL;
	link = link_to(t, bucket, key, hash);
	if (link != NULL)
		return replace(t, bucket, link, value, stamp);
	if (!add)
		return SHARED_PUT_REFUSED;
	offset = build(t, key, value, hash, stamp, atomic_load(&bucket->head));
	if (offset == 0)
		return SHARED_PUT_FULL;
	atomic_store_explicit(&bucket->head, offset, memory_order_release);
	add_to(&root_of(t)->count, 1);
	shared_table_grow_or_shrink(t);
	return SHARED_PUT_NEW;
}

bool shared_table_remove(struct shared_table *t, struct slice key)
{
	uint64_t hash = hash_for(t->region, key);
	struct shared_bucket *bucket = bucket_of(t, hash);
	_Atomic uint32_t *link = bucket != NULL ? link_to(t, bucket, key, hash) : NULL;
	struct shared_chunk c;
	uint32_t offset;

	if (link == NULL)
		return false;
	offset = atomic_load(link);
	c = chunk_at(t->region, offset);
	atomic_store_explicit(link, atomic_load(&c.block->next), memory_order_release);
	release(t, bucket, offset, c.bytes);
	add_to(&root_of(t)->count, UINT64_MAX);
	shared_table_grow_or_shrink(t);
	return true;
}

static void expire_bucket(struct shared_table *t, struct shared_bucket *bucket, uint64_t oldest)
{
	_Atomic uint32_t *link = &bucket->head;

	for (unsigned i = 0; i < CHAIN_MOST; i++) {
		uint32_t offset = atomic_load(link);
		struct shared_chunk c = chunk_at(t->region, offset);

		if (c.block == NULL)
			break;
		if (atomic_load_explicit(&c.block->stamp, memory_order_relaxed) >= oldest) {
			link = &c.block->next;
			continue;
		}
		atomic_store_explicit(link, atomic_load(&c.block->next), memory_order_release);
		release(t, bucket, offset, c.bytes);
		add_to(&root_of(t)->count, UINT64_MAX);
	}
}

void shared_table_expire(struct shared_table *t, uint32_t *at, uint32_t buckets, uint64_t oldest)
{
	struct shared_root *root = root_of(t);

	for (uint32_t i = 0; i < buckets; i++) {
		struct shared_bucket *bucket;
		uint64_t count = atomic_load(&root->count);

		*at = *at < atomic_load(&root->buckets) ? *at : 0;
		bucket = bucket_at(t->region, root, *at);
		prefetch_bucket(t->region, root, *at);
		if (bucket != NULL)
			expire_bucket(t, bucket, oldest);
		if (atomic_load(&root->count) != count)
			shared_table_grow_or_shrink(t);
		++*at;
	}
}
