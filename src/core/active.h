/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How many sessions a backend or a service has now: a word in the shared memory that all
 * workers move. Beside the count stands how often it has moved, so that whoever compares
 * it with the rows of the sessions notices that one came and another went meanwhile.
 */
#ifndef CORE_ACTIVE_H
#define CORE_ACTIVE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct active {
	_Atomic uint64_t word;	/* moves << 32 | count */
};

static inline uint64_t active_look(const struct active *a)
{
	return atomic_load(&a->word);
}

static inline uint32_t active_of(uint64_t seen)
{
	return (uint32_t)seen;
}

static inline uint32_t active_count(const struct active *a)
{
	return active_of(active_look(a));
}

/* The count becomes `count`, unless it has moved since `seen`: false, and `seen` is renewed. */
static inline bool active_move(struct active *a, uint64_t *seen, uint32_t count)
{
	uint64_t next = ((*seen >> 32) + 1) << 32 | count;

	return atomic_compare_exchange_strong(&a->word, seen, next);
}

/* One less; never below 0, which would mean that the count was lost with a dead process. */
static inline void active_less(struct active *a)
{
	uint64_t seen = active_look(a);

	while (active_of(seen) != 0 && !active_move(a, &seen, active_of(seen) - 1))
		;
}

#endif
