/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hash tables in shared memory: one process writes, the others read. Readers never wait and never
 * write; a reader or writer may be killed at any moment. An entry is a key and a value, which
 * never change, and a stamp, which is refreshed in place. A bucket is the head of a chain and a
 * version. The writer publishes an entry by one store; to remove one it unlinks it, raises the
 * version, and then uses the memory again. A reader copies what it finds, and starts over when
 * the version has changed meanwhile. Tables grow and shrink by one bucket at a time.
 */
#ifndef CORE_SHARED_TABLE_H
#define CORE_SHARED_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"
#include "core/shared_region.h"
#include "core/slice.h"

#define SHARED_TABLE_NAME 71
#define SHARED_TABLES 500	/* of a region */
#define SHARED_TABLE_BYTES (SHARED_BLOCK_MAX - 32)	/* key and value of an entry together */

/* A table as one process has it. */
struct shared_table {
	struct shared_region *region;
	uint32_t              index;
	uint32_t              generation;	/* another one: the table was dropped */
};

/* Once, before the processes are forked: there are no tables in the region. false with errno. */
bool shared_table_prepare(struct shared_region *r) MUST_CHECK;

/* This process is the writer from now on: repairs what a killed one has left; false with errno. */
bool shared_table_own(struct shared_region *r) MUST_CHECK;

/* For the writer. The table with this name, which is made if need be; false: no room. */
bool shared_table_create(struct shared_region *r, struct slice name,
			 struct shared_table *t) MUST_CHECK;
bool shared_table_left(struct shared_region *r) MUST_CHECK;	/* there may be one more */
/* Nobody finds it any more. Its memory comes back by shared_table_give_back(). */
void shared_table_drop(struct shared_table *t);
/* Drops each table that `keep` returns false for. */
void shared_table_drop_others(struct shared_region *r, bool (*keep)(struct slice name));
/*
 * Gives back memory of tables that were dropped: about so many of their entries and buckets.
 * false: there is no more of it.
 */
bool shared_table_give_back(struct shared_region *r, unsigned steps);

enum shared_put {
	SHARED_PUT_NEW,
	SHARED_PUT_SAME,	/* the value was there: the stamp is set */
	SHARED_PUT_REPLACED,
	SHARED_PUT_REFUSED,	/* there is no entry with the key, and `add` was false */
	SHARED_PUT_FULL,	/* the region has no room, or key and value are too long */
};
enum shared_put shared_table_put(struct shared_table *t, struct slice key, struct slice value,
				 uint64_t stamp, bool add) MUST_CHECK;
bool shared_table_remove(struct shared_table *t, struct slice key);
/*
 * Removes what has a stamp below `oldest` from the next `buckets` buckets; `*at` is 0 at first,
 * and goes round. The number of buckets of a table is about that of its entries, up to four times.
 */
void shared_table_expire(struct shared_table *t, uint32_t *at, uint32_t buckets, uint64_t oldest);

/* For all. false: there is none with this name. */
bool shared_table_find(struct shared_region *r, struct slice name,
		       struct shared_table *t) MUST_CHECK;
/* What is there from the start is in it: before that, a key that is not may be in a moment. */
void shared_table_set_filled(struct shared_table *t, bool filled);
bool shared_table_filled(const struct shared_table *t) MUST_CHECK;
void shared_table_set_loaded(struct shared_table *t);	/* so is what was persisted */
bool shared_table_loaded(const struct shared_table *t) MUST_CHECK;
/* It was not dropped since it was found. */
bool shared_table_valid(const struct shared_table *t) MUST_CHECK;
uint64_t shared_table_count(const struct shared_table *t);
uint64_t shared_table_bytes(const struct shared_table *t);	/* that its entries occupy */
/*
 * One other process may ask the writer for something: a text, of which it sees a number; "" is for
 * everything, 0. `*seen` counts; false: there is no more. Many at once are one for everything.
 */
void shared_table_wish(struct shared_table *t, struct slice what);
bool shared_table_wished(const struct shared_table *t, uint32_t *seen, uint32_t *what);
uint32_t shared_table_wishes(const struct shared_table *t);	/* how many there have been */
uint32_t shared_table_number(const struct shared_region *r, struct slice what);

/* A copy of an entry, as readers get it. The slices point into `words`. */
struct shared_entry {
	struct slice key, value;
	uint64_t     stamp;
	uint64_t     words[SHARED_BLOCK_MAX / 8];
};

bool shared_table_get(const struct shared_table *t, struct slice key,
		      struct shared_entry *entry) MUST_CHECK;

/*
 * Going through a table. What is in it from the beginning to the end of the way is met once,
 * whatever else comes and goes, and although the table grows or shrinks. `steps` is how many
 * empty buckets may be passed by: SHARED_NEXT_PAUSE when they are used up.
 */
struct shared_walk {
	uint64_t position;	/* 0 at the beginning; where to go on */
	unsigned steps;
};
enum shared_next { SHARED_NEXT_ENTRY, SHARED_NEXT_PAUSE, SHARED_NEXT_END };

enum shared_next shared_table_next(const struct shared_table *t, struct shared_walk *w,
				   struct shared_entry *entry) MUST_CHECK;

/* The same for the writer, without copying: valid until it changes something. */
struct shared_view {
	struct slice key, value;
	uint64_t     stamp;
};
enum shared_next shared_table_view(const struct shared_table *t, struct shared_walk *w,
				   struct shared_view *view) MUST_CHECK;

#endif
