/* SPDX-License-Identifier: BSD-2-Clause */
#include "mapper/script_keys.h"

#include <stdbool.h>

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

enum script_key script_keys_get(const struct script_keys *keys, uint64_t hash, uint64_t now_ms)
{
	const struct script_keys_row *r = &keys->rows[hash % SCRIPT_KEYS_ROWS];

	if (r->tag != tag_of(hash))
		return KEY_NEW;
	if (is_held(r, now_ms))
		return KEY_HELD;
	return r->until_s == 0 ? KEY_ANSWERED : KEY_NEW;
}

void script_keys_answered(struct script_keys *keys, uint64_t hash, uint64_t now_ms)
{
	struct script_keys_row *r = &keys->rows[hash % SCRIPT_KEYS_ROWS];

	/* the one that is held is remembered: there are few of those */
	if (r->tag != tag_of(hash) && is_held(r, now_ms))
		return;
	r->tag = tag_of(hash);
	r->until_s = 0;
}

void script_keys_hold(struct script_keys *keys, uint64_t hash, uint64_t now_ms)
{
	struct script_keys_row *r = &keys->rows[hash % SCRIPT_KEYS_ROWS];

	r->tag = tag_of(hash);
	r->until_s = (uint32_t)((now_ms + SCRIPT_KEYS_HELD_MS) / 1000);
}
