/* SPDX-License-Identifier: BSD-2-Clause */
/* Tables by name: made, found and dropped. */
#include <limits.h>

#include "core/shared_table.h"
#include "core/shared_table_parts.h"

/* What `used` has, or-ed. */
enum { USED = 1, USED_LOADED = 2, USED_FILLED = 4 };

_Static_assert(sizeof(struct shared_roots) <= SHARED_SPAN, "tables do not fit into a span");

bool shared_table_prepare(struct shared_region *r)
{
	return siphash_seed(&roots_of(r)->seed);
}

static bool is_called(const struct shared_root *root, struct slice name)
{
	return atomic_load(&root->used) != 0 && name.len <= SHARED_TABLE_NAME &&
	       memcmp(root->name, name.data, name.len) == 0 && root->name[name.len] == '\0';
}

bool shared_table_find(struct shared_region *r, struct slice name, struct shared_table *t)
{
	for (uint32_t i = 0; i < SHARED_TABLES; i++) {
		struct shared_root *root = &roots_of(r)->root[i];
		uint32_t generation = atomic_load(&root->generation);

		if (!is_called(root, name) || atomic_load(&root->generation) != generation)
			continue;
		*t = (struct shared_table){ r, i, generation };
		return true;
	}
	return false;
}

bool shared_table_valid(const struct shared_table *t)
{
	const struct shared_root *root = root_of(t);

	return atomic_load(&root->used) != 0 && atomic_load(&root->generation) == t->generation;
}

void shared_table_set_filled(struct shared_table *t, bool filled)
{
	if (filled)
		atomic_fetch_or(&root_of(t)->used, USED_FILLED);
	else
		atomic_fetch_and(&root_of(t)->used, ~(uint32_t)USED_FILLED);
}

bool shared_table_filled(const struct shared_table *t)
{
	return (atomic_load(&root_of(t)->used) & USED_FILLED) != 0;
}

void shared_table_set_loaded(struct shared_table *t)
{
	atomic_fetch_or(&root_of(t)->used, USED_LOADED);
}

bool shared_table_loaded(const struct shared_table *t)
{
	return (atomic_load(&root_of(t)->used) & USED_LOADED) != 0;
}

bool shared_table_left(struct shared_region *r)
{
	for (uint32_t i = 0; i < SHARED_TABLES; i++) {
		if (atomic_load(&roots_of(r)->root[i].used) == 0)
			return true;
	}
	return false;
}

/* Directory and the first span of buckets; all zeros is an empty table. */
static bool give_buckets(struct shared_region *r, struct shared_root *root)
{
	uint32_t directory = shared_region_take_span(r);
	uint32_t span = directory != 0 ? shared_region_take_span(r) : 0;

	if (span == 0) {
		if (directory != 0)
			shared_region_give(r, directory);
		return false;
	}
	atomic_store((_Atomic uint32_t *)shared_region_at(r, directory, SHARED_SPAN), span);
	atomic_store(&root->directory, directory);
	atomic_store(&root->buckets, BUCKETS_LEAST);
	atomic_store(&root->count, 0);
	atomic_store(&root->bytes, 0);
	return true;
}

/* A root whose memory has come back, with that name; false: no room. */
static bool make(struct shared_region *r, struct slice name, struct shared_table *t)
{
	for (uint32_t i = 0; i < SHARED_TABLES; i++) {
		struct shared_root *root = &roots_of(r)->root[i];

		if (atomic_load(&root->used) != 0 || atomic_load(&root->directory) != 0)
			continue;
		if (!give_buckets(r, root))
			return false;
		memset(root->name, 0, sizeof(root->name));
		memcpy(root->name, name.data, name.len);
		*t = (struct shared_table){ r, i, atomic_fetch_add(&root->generation, 1) + 1 };
		atomic_store(&root->used, USED);
		return true;
	}
	return false;
}

bool shared_table_create(struct shared_region *r, struct slice name, struct shared_table *t)
{
	if (name.len > SHARED_TABLE_NAME)
		return false;
	if (shared_table_find(r, name, t) || make(r, name, t))
		return true;
	/* those that were dropped may have what is missing */
	while (shared_table_give_back(r, UINT_MAX))
		continue;
	return make(r, name, t);
}

/* Blocks of a chain, once no reader can take them for what they were; how many. */
static unsigned give_chain(struct shared_region *r, uint32_t offset)
{
	unsigned count = 0;

	while (count < CHAIN_MOST) {
		struct shared_chunk c = chunk_at(r, offset);
		uint32_t next;

		if (c.block == NULL)
			break;
		next = atomic_load(&c.block->next);
		shared_region_give(r, offset);
		offset = next;
		count++;
	}
	return count;
}

/* The span of buckets that begins with this one. */
static void give_span(struct shared_region *r, _Atomic uint32_t *spans, uint32_t bucket)
{
	_Atomic uint32_t *span = &spans[bucket / BUCKETS_PER_SPAN];

	if (bucket % BUCKETS_PER_SPAN == 0 && atomic_load(span) != 0)
		shared_region_give(r, atomic_exchange(span, 0));
}

/* From the last bucket on; their number says how far that has come. How many steps are left. */
static unsigned give_entries(struct shared_region *r, struct shared_root *root, unsigned steps)
{
	_Atomic uint32_t *spans = shared_region_at(r, atomic_load(&root->directory), SHARED_SPAN);
	uint32_t buckets = atomic_load(&root->buckets);

	if (spans == NULL || buckets > BUCKETS_MOST)
		buckets = spans != NULL ? BUCKETS_MOST : 0;
	while (buckets != 0 && steps != 0) {
		struct shared_bucket *bucket = bucket_at(r, root, --buckets);
		unsigned taken = 1;

		prefetch_bucket(r, root, buckets - 2 * PREFETCH_AHEAD);
		if (bucket != NULL)
			taken += give_chain(r, atomic_load(&bucket->head));
		give_span(r, spans, buckets);
		steps -= taken < steps ? taken : steps;
	}
	atomic_store(&root->buckets, buckets);
	return steps;
}

/* All buckets have come back; a span behind the last of them is one that was about to be used. */
static void give_directory(struct shared_region *r, struct shared_root *root)
{
	uint32_t directory = atomic_load(&root->directory);
	_Atomic uint32_t *spans = shared_region_at(r, directory, SHARED_SPAN);

	for (size_t i = 0; spans != NULL && i < DIRECTORY; i++)
		give_span(r, spans, (uint32_t)(i * BUCKETS_PER_SPAN));
	if (spans != NULL)
		shared_region_give(r, directory);
	atomic_store(&root->directory, 0);
}

void shared_table_drop(struct shared_table *t)
{
	struct shared_root *root = root_of(t);

	if (atomic_load(&root->generation) != t->generation)
		return;
	atomic_store(&root->used, 0);
	raise_version(&root->generation);
	raise_version(&root->version);
	atomic_store(&root->count, 0);
	atomic_store(&root->bytes, 0);
}

bool shared_table_give_back(struct shared_region *r, unsigned steps)
{
	for (uint32_t i = 0; i < SHARED_TABLES && steps != 0; i++) {
		struct shared_root *root = &roots_of(r)->root[i];

		if (atomic_load(&root->used) != 0 || atomic_load(&root->directory) == 0)
			continue;
		steps = give_entries(r, root, steps);
		if (steps != 0)
			give_directory(r, root);
	}
	return steps == 0;
}

void shared_table_drop_others(struct shared_region *r, bool (*keep)(struct slice name))
{
	for (uint32_t i = 0; i < SHARED_TABLES; i++) {
		struct shared_root *root = &roots_of(r)->root[i];
		struct shared_table t = { r, i, atomic_load(&root->generation) };

		root->name[SHARED_TABLE_NAME] = '\0';
		if (atomic_load(&root->used) != 0 && !keep(slice_of(root->name)))
			shared_table_drop(&t);
	}
}
