/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/shared_table.h"
#include "core/shared_table_parts.h"

#define TRIES 100	/* two in a row were never needed while memory is as it should be */

uint64_t shared_table_count(const struct shared_table *t)
{
	return atomic_load_explicit(&root_of(t)->count, memory_order_relaxed);
}

uint64_t shared_table_bytes(const struct shared_table *t)
{
	return atomic_load_explicit(&root_of(t)->bytes, memory_order_relaxed);
}

uint32_t shared_table_number(const struct shared_region *r, struct slice what)
{
	return what.len == 0 ? 0 : (uint32_t)hash_for(r, what) | 1;
}

void shared_table_wish(struct shared_table *t, struct slice what)
{
	struct shared_root *root = root_of(t);
	uint32_t wishes = atomic_load(&root->wishes);

	atomic_store(&root->wished[wishes % WISHES_KEPT], shared_table_number(t->region, what));
	atomic_store(&root->wishes, wishes + 1);
}

bool shared_table_wished(const struct shared_table *t, uint32_t *seen, uint32_t *what)
{
	const struct shared_root *root = root_of(t);
	uint32_t wishes = atomic_load(&root->wishes);

	if (wishes == *seen)
		return false;
	*what = atomic_load(&root->wished[*seen % WISHES_KEPT]);
	++*seen;
	/* the place of one more may be written to at this moment */
	wishes = atomic_load(&root->wishes);
	if (wishes - *seen < WISHES_KEPT - 1)
		return true;
	*seen = wishes;
	*what = 0;
	return true;
}

uint32_t shared_table_wishes(const struct shared_table *t)
{
	return atomic_load_explicit(&root_of(t)->wishes, memory_order_relaxed);
}

/* What a reader has seen before it read a bucket. */
struct seen {
	struct shared_bucket *bucket;
	uint32_t index, buckets, version, root_version;
};

/* false: the table has gone, or its memory is not as it should be. */
static bool begin(const struct shared_table *t, uint64_t hash, struct seen *seen)
{
	struct shared_root *root = root_of(t);

	if (atomic_load_explicit(&root->generation, memory_order_acquire) != t->generation)
		return false;
	seen->root_version = atomic_load_explicit(&root->version, memory_order_acquire);
	seen->buckets = atomic_load_explicit(&root->buckets, memory_order_acquire);
	if (seen->buckets < BUCKETS_LEAST || seen->buckets > BUCKETS_MOST)
		return false;
	seen->index = bucket_index(hash, seen->buckets);
	seen->bucket = bucket_at(t->region, root, seen->index);
	if (seen->bucket != NULL)
		seen->version = atomic_load_explicit(&seen->bucket->version, memory_order_acquire);
	return true;
}

/* Nothing that was read since begin() was used again meanwhile. */
static bool unchanged(const struct shared_table *t, const struct seen *seen)
{
	const struct shared_root *root = root_of(t);

	atomic_thread_fence(memory_order_acquire);
	return atomic_load_explicit(&seen->bucket->version, memory_order_relaxed) ==
		       seen->version &&
	       atomic_load_explicit(&root->version, memory_order_relaxed) == seen->root_version &&
	       atomic_load_explicit(&root->generation, memory_order_relaxed) == t->generation;
}

/* Word by word: the writer may use the memory again meanwhile. */
static void copy(const struct shared_chunk *c, struct shared_entry *entry)
{
	const _Atomic uint64_t *from = (const _Atomic uint64_t *)(const void *)c->block->bytes;
	size_t words = (c->bytes - sizeof(*c->block) + 7) / 8;
	const char *bytes = (const char *)entry->words;

	/* blocks are a multiple of 16 bytes: the last word is within this one */
	for (size_t i = 0; i < words; i++)
		entry->words[i] = atomic_load_explicit(&from[i], memory_order_relaxed);
	entry->stamp = atomic_load_explicit(&c->block->stamp, memory_order_relaxed);
	entry->key = (struct slice){ bytes, c->key_len };
	entry->value = (struct slice){ bytes + c->key_len, c->value_len };
}

static bool copy_equal(const struct shared_table *t, struct shared_bucket *bucket, struct slice key,
		       uint64_t hash, struct shared_entry *entry)
{
	uint32_t offset = atomic_load_explicit(&bucket->head, memory_order_acquire);

	for (unsigned i = 0; i < CHAIN_MOST; i++) {
		struct shared_chunk c = chunk_at(t->region, offset);

		if (c.block == NULL)
			break;
		if (hash_in(&c) == hash && c.key_len == key.len) {
			copy(&c, entry);
			if (slice_equal(entry->key, key))
				return true;
		}
		offset = atomic_load_explicit(&c.block->next, memory_order_acquire);
	}
	return false;
}

bool shared_table_get(const struct shared_table *t, struct slice key, struct shared_entry *entry)
{
	uint64_t hash = hash_for(t->region, key);
	struct seen seen;

	for (unsigned i = 0; i < TRIES && begin(t, hash, &seen); i++) {
		bool found;

		if (seen.bucket == NULL)
			continue;
		found = copy_equal(t, seen.bucket, key, hash, entry);
		if (!unchanged(t, &seen))
			continue;
		if (found)
			return true;
		/* it may have moved to a bucket that is new */
		if (bucket_index(hash, atomic_load(&root_of(t)->buckets)) == seen.index)
			return false;
	}
	return false;
}

/*
 * Walks go by the hash with its bits in reverse order: the entries of a bucket are an interval
 * of that, and a bucket that is split or merged is one interval that becomes two, or two that
 * become one.
 */
static uint64_t swap_bits(uint64_t word, uint64_t mask, unsigned by)
{
	return (word & mask) << by | (word >> by & mask);
}

static uint64_t reverse(uint64_t word)
{
	word = swap_bits(word, UINT64_C(0x5555555555555555), 1);
	word = swap_bits(word, UINT64_C(0x3333333333333333), 2);
	word = swap_bits(word, UINT64_C(0x0f0f0f0f0f0f0f0f), 4);
	return __builtin_bswap64(word);
}

/* The last position of the bucket's interval, to which `position` belongs. */
static uint64_t last_position(uint64_t position, uint32_t index, uint32_t buckets)
{
	unsigned bits = bits_of(buckets);
	uint32_t power = UINT32_C(1) << bits;

	if (index >= power || index < buckets - power)
		bits++;
	return position | UINT64_MAX >> bits;
}

/* The entry of the chain that comes next; block NULL: none up to `last`. */
static struct shared_chunk nearest(const struct shared_table *t, struct shared_bucket *bucket,
				   uint64_t position, uint64_t last)
{
	uint32_t offset = atomic_load_explicit(&bucket->head, memory_order_acquire);
	struct shared_chunk best = { NULL, 0, 0, 0 };

	for (unsigned i = 0; i < CHAIN_MOST; i++) {
		struct shared_chunk c = chunk_at(t->region, offset);
		uint64_t at;

		if (c.block == NULL)
			break;
		at = reverse(hash_in(&c));
		if (at >= position && at <= last) {
			last = at;
			best = c;
		}
		offset = atomic_load_explicit(&c.block->next, memory_order_acquire);
	}
	return best;
}

/* Goes on behind an interval; false: that was the last one. */
static bool pass(struct shared_walk *w, uint64_t last)
{
	if (last == UINT64_MAX)
		return false;
	w->position = last + 1;
	return true;
}

/* One bucket for a reader. */
enum bucket_visit { VISIT_AGAIN, VISIT_ENTRY, VISIT_EMPTY };

static enum bucket_visit visit(const struct shared_table *t, const struct seen *seen,
			       uint64_t position, uint64_t last, struct shared_entry *entry,
			       uint64_t *hash)
{
	struct shared_chunk c = nearest(t, seen->bucket, position, last);
	uint32_t now;

	if (c.block != NULL) {
		*hash = hash_in(&c);
		copy(&c, entry);
	}
	if (!unchanged(t, seen))
		return VISIT_AGAIN;
	now = atomic_load(&root_of(t)->buckets);
	if (now != seen->buckets &&
	    (now < BUCKETS_LEAST || now > BUCKETS_MOST ||
	     bucket_index(reverse(position), now) != seen->index ||
	     last_position(position, seen->index, now) != last))
		return VISIT_AGAIN;
	return c.block != NULL ? VISIT_ENTRY : VISIT_EMPTY;
}

enum shared_next shared_table_next(const struct shared_table *t, struct shared_walk *w,
				   struct shared_entry *entry)
{
	unsigned tries = 0;
	struct seen seen;

	while (begin(t, reverse(w->position), &seen)) {
		uint64_t last = last_position(w->position, seen.index, seen.buckets);
		enum bucket_visit met = VISIT_AGAIN;
		uint64_t hash = 0;

		if (seen.bucket != NULL)
			met = visit(t, &seen, w->position, last, entry, &hash);
		if (met == VISIT_AGAIN && ++tries < TRIES)
			continue;
		tries = 0;
		if (met == VISIT_ENTRY) {
			w->position = reverse(hash) + 1;
			return SHARED_NEXT_ENTRY;
		}
		if (!pass(w, last))
			return SHARED_NEXT_END;
		if (w->steps == 0)
			return SHARED_NEXT_PAUSE;
		w->steps--;
	}
	return SHARED_NEXT_END;
}

enum shared_next shared_table_view(const struct shared_table *t, struct shared_walk *w,
				   struct shared_view *view)
{
	struct seen seen;

	while (begin(t, reverse(w->position), &seen)) {
		uint64_t last = last_position(w->position, seen.index, seen.buckets);
		struct shared_chunk c = { NULL, 0, 0, 0 };

		if (seen.bucket != NULL)
			c = nearest(t, seen.bucket, w->position, last);
		if (c.block != NULL) {
			w->position = reverse(hash_in(&c)) + 1;
			view->key = (struct slice){ c.block->bytes, c.key_len };
			view->value = (struct slice){ c.block->bytes + c.key_len, c.value_len };
			view->stamp = atomic_load_explicit(&c.block->stamp, memory_order_relaxed);
			return SHARED_NEXT_ENTRY;
		}
		if (!pass(w, last))
			return SHARED_NEXT_END;
		if (w->steps == 0)
			return SHARED_NEXT_PAUSE;
		w->steps--;
	}
	return SHARED_NEXT_END;
}
