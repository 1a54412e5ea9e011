/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How many sessions a backend or a service has now: a word in the shared memory that all
 * workers change. The same word has the number of changes, so that a process that compares the
 * count with the session rows notices that one session came and another one went meanwhile.
 */
#ifndef CORE_ACTIVE_H
#define CORE_ACTIVE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct active {
	_Atomic uint64_t word;	/* moves << 32 | count */
};

static inline uint64_t active_read(const struct active *a)
{
	return atomic_load(&a->word);
}

static inline uint32_t active_of(uint64_t seen)
{
	return (uint32_t)seen;
}

static inline uint32_t active_count(const struct active *a)
{
	return active_of(active_read(a));
}

/* Sets the count. false: the word has changed since `seen`, and `seen` is now the new word. */
static inline bool active_move(struct active *a, uint64_t *seen, uint32_t count)
{
	uint64_t next = ((*seen >> 32) + 1) << 32 | count;

	return atomic_compare_exchange_strong(&a->word, seen, next);
}

/* One less, but not below 0: that would mean that the count was lost with a dead process. */
static inline void active_less(struct active *a)
{
	uint64_t seen = active_read(a);

	while (active_of(seen) != 0 && !active_move(a, &seen, active_of(seen) - 1))
		;
}

#endif
