/* SPDX-License-Identifier: BSD-2-Clause */
#include "mapper/script_keys.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "core/siphash.h"

uint64_t script_keys_hash(struct slice key)
{
	static struct siphash_seed seed;
	static bool seeded;

	/* without random numbers strangers could make keys alike: those are held, at worst */
	if (!seeded)
		seeded = siphash_seed(&seed);
	return siphash(&seed, key);
}

static uint32_t tag_of(uint64_t hash)
{
	return (uint32_t)(hash >> 32) | 1;
}

static bool is_held(const struct script_keys_row *r, uint64_t now_ms)
{
	return r->until_s != 0 && now_ms < r->until_s * (uint64_t)1000;
}

static size_t set_of(uint64_t hash)
{
	return hash % (SCRIPT_KEYS_ROWS / SCRIPT_KEYS_WAYS) * SCRIPT_KEYS_WAYS;
}

enum script_key script_keys_get(const struct script_keys *keys, uint64_t hash, uint64_t now_ms)
{
	const struct script_keys_row *r = &keys->rows[set_of(hash)];
	const struct script_keys_row *end = r + SCRIPT_KEYS_WAYS;

	while (r < end && r->tag != tag_of(hash))
		r++;
	if (r == end)
		return KEY_NEW;
	if (is_held(r, now_ms))
		return KEY_HELD;
	return r->until_s == 0 ? KEY_ANSWERED : KEY_NEW;
}

/* The key's own row; or that of the key that was met the longest ago, of those not held first. */
static unsigned row_for(const struct script_keys_row *set, uint64_t hash, uint64_t now_ms)
{
	unsigned last = SCRIPT_KEYS_WAYS - 1;

	for (unsigned i = 0; i < SCRIPT_KEYS_WAYS; i++) {
		if (set[i].tag == tag_of(hash))
			return i;
	}
	for (unsigned i = last; i < SCRIPT_KEYS_WAYS; i--) {
		if (!is_held(&set[i], now_ms))
			return i;
	}
	return last;
}

/* Rows of a set are in the order in which their keys were met, the last one first. */
static void write_row(struct script_keys_row *set, unsigned row, struct script_keys_row r)
{
	memmove(set + 1, set, row * sizeof(*set));
	set[0] = r;
}

void script_keys_answered(struct script_keys *keys, uint64_t hash, uint64_t now_ms)
{
	struct script_keys_row *set = &keys->rows[set_of(hash)];
	unsigned row = row_for(set, hash, now_ms);

	/* those that are held are remembered: there are few of them */
	if (set[row].tag == tag_of(hash) || !is_held(&set[row], now_ms))
		write_row(set, row, (struct script_keys_row){ tag_of(hash), 0 });
}

void script_keys_hold(struct script_keys *keys, uint64_t hash, uint64_t now_ms)
{
	struct script_keys_row *set = &keys->rows[set_of(hash)];
	uint32_t until_s = (uint32_t)((now_ms + SCRIPT_KEYS_HELD_MS) / 1000);

	write_row(set, row_for(set, hash, now_ms),
		  (struct script_keys_row){ tag_of(hash), until_s });
}
