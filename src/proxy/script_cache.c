/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/script_cache.h"

#include "core/slab.h"
#include "core/uwsgi_key.h"
#include "core/xxh64.h"

/* 8,192 places for answers, 4 of which a key may have: 4.5 MB when all of them are in use. */
#define SETS 2048
#define WAYS 4

struct kept_answer {
	uint64_t hash, until_ms;
	uint16_t key_len, len;
	char     bytes[UWSGI_KEY_MAX + SCRIPT_CACHE_ANSWER];
};

static struct kept_answer *places[SETS][WAYS];
static struct slab slab;

static uint64_t hash_of(const struct script_cache_key *key)
{
	struct xxh64 x;

	xxh64_begin(&x);
	xxh64_add(&x, (struct slice){ (const char *)&key->script, sizeof(key->script) });
	xxh64_add(&x, (struct slice){ (const char *)&key->generation, sizeof(key->generation) });
	xxh64_add(&x, key->key);
	return xxh64_sum(&x);
}

static bool is_of(const struct kept_answer *a, uint64_t hash, struct slice key)
{
	return a != NULL && a->hash == hash &&
	       slice_equal((struct slice){ a->bytes, a->key_len }, key);
}

bool script_cache_get(const struct script_cache_key *key, uint64_t now_ms, struct slice *answer)
{
	uint64_t hash = hash_of(key);

	for (unsigned i = 0; i < WAYS; i++) {
		const struct kept_answer *a = places[hash % SETS][i];

		if (!is_of(a, hash, key->key) || a->until_ms <= now_ms)
			continue;
		*answer = (struct slice){ a->bytes + a->key_len, a->len };
		return true;
	}
	return false;
}

/* That of the key, else a free one, else the one that is over first. */
static struct kept_answer **place_of(uint64_t hash, struct slice key)
{
	struct kept_answer **set = places[hash % SETS], **best = &set[0];

	for (unsigned i = 0; i < WAYS; i++) {
		if (is_of(set[i], hash, key))
			return &set[i];
		if (*best != NULL && (set[i] == NULL || set[i]->until_ms < (*best)->until_ms))
			best = &set[i];
	}
	return best;
}

void script_cache_put(const struct script_cache_key *key, uint64_t until_ms, struct slice answer)
{
	uint64_t hash = hash_of(key);
	struct kept_answer **at = place_of(hash, key->key), *a;

	if (answer.len > SCRIPT_CACHE_ANSWER || key->key.len > UWSGI_KEY_MAX)
		return;
	if (slab.size == 0)
		slab_init(&slab, sizeof(struct kept_answer));
	if (*at == NULL)
		*at = slab_take(&slab);
	a = *at;
	if (a == NULL)
		return;
	a->hash = hash;
	a->until_ms = until_ms;
	a->key_len = (uint16_t)key->key.len;
	a->len = (uint16_t)answer.len;
	if (key->key.len != 0)
		memcpy(a->bytes, key->key.data, key->key.len);
	if (answer.len != 0)
		memcpy(a->bytes + a->key_len, answer.data, answer.len);
}
