/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/subscription_sign.h"

#include <limits.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/clock.h"
#include "core/digest.h"
#include "core/log.h"
#include "core/uwsgi.h"
#include "udp/subscription_keys.h"

#define WHY_MAX (PATH_MAX + 200)

struct subscription_sign {
	const EVP_MD             *digest;
	EVP_MD_CTX               *ctx;
	struct subscription_keys *keys;
	bool                      mountpoints;
	uint64_t                  turn;		/* 0: there was none */
	uint64_t                  now_us, budget_us;
	uint64_t                  used_us;	/* of a processor, in this turn */
	uint64_t                  files_us;	/* that names without a key have taken in it */
	bool                      suspects;	/* the last SIGN_LATER was one of half a budget */
	const char               *reason;	/* of the last SIGN_NO_KEY */
	char                      name[SUBSCRIPTION_KEYS_NAME];
	char                      why[WHY_MAX];
};

struct subscription_sign *subscription_sign_open(const char *digest, const char *folder,
						 bool mountpoints)
{
	struct subscription_sign *s;

	if (!digest_exists(digest))
		return NULL;
	s = calloc(1, sizeof(*s));
	CHECK(s != NULL);
	s->digest = EVP_get_digestbyname(digest);
	s->ctx = EVP_MD_CTX_new();
	CHECK(s->ctx != NULL);
	s->keys = subscription_keys_open(folder, SUBSCRIPTION_KEYS_MOST, SUBSCRIPTION_KEYS_MISSING);
	s->mountpoints = mountpoints;
	return s;
}

void subscription_sign_close(struct subscription_sign *s)
{
	if (s == NULL)
		return;
	subscription_keys_close(s->keys);
	EVP_MD_CTX_free(s->ctx);
	free(s);
}

void subscription_sign_turn(struct subscription_sign *s, uint64_t now_us, uint64_t budget_us)
{
	s->turn++;
	s->now_us = now_us;
	s->budget_us = budget_us;
	s->used_us = 0;
	s->files_us = 0;
}

bool subscription_sign_binds(const struct subscription *a)
{
	struct slice rest = a->covered, name, value;
	char command = a->command == SUBSCRIPTION_ADD ? '0' : '1';

	while (uwsgi_next(&rest, &name, &value) == UWSGI_PAIR) {
		if (slice_is(name, "cmd") && (slice_is(value, "0") || slice_is(value, "1")) &&
		    value.data[0] != command)
			return false;
	}
	return true;
}

/* Counts what has passed since then; at least one, as the clock may be coarse. */
static void spend(struct subscription_sign *s, uint64_t begin_us)
{
	uint64_t passed = clock_cpu_us() - begin_us;

	s->used_us += passed > 0 ? passed : 1;
}

/* Rounded up: some of the least budget. */
static uint64_t half_of(uint64_t budget_us)
{
	return budget_us - budget_us / 2;
}

/* For files it is the time that counts in which nothing else is done: a disk may be slow. */
static struct subscription_key *load(struct subscription_sign *s, bool loaded)
{
	uint64_t cpu_us = clock_cpu_us(), begin_us = clock_us();
	struct subscription_key *key = subscription_keys_load(s->keys, s->name, s->now_us);

	spend(s, cpu_us);
	if (!loaded)
		s->files_us += clock_us() - begin_us;
	return key;
}

/*
 * NULL: no time. Names without a key have half of it, which they share with wrong signatures:
 * whoever invents names must not take the time from those whose keys are there.
 */
static struct subscription_key *key_of(struct subscription_sign *s, bool known)
{
	struct subscription_key *key = subscription_keys_find(s->keys, s->name);
	bool loaded = key != NULL && key->pkey != NULL;

	if (key != NULL && !subscription_keys_is_due(key, s->now_us))
		return key;
	if (loaded || known ||
	    (s->files_us < half_of(s->budget_us) && s->used_us < half_of(s->budget_us)))
		return load(s, loaded);
	s->suspects = true;
	return NULL;
}

/* A signature of RSA is as long as the key, which costs nothing to see. */
static bool fits(EVP_PKEY *pkey, size_t len)
{
	size_t size = (size_t)EVP_PKEY_size(pkey);

	return EVP_PKEY_base_id(pkey) == EVP_PKEY_RSA ? len == size : len <= size;
}

static bool is_right(struct subscription_sign *s, EVP_PKEY *pkey, const struct subscription *a)
{
	const unsigned char *sign = (const unsigned char *)a->sign.data;
	const unsigned char *covered = (const unsigned char *)a->covered.data;
	bool right = EVP_DigestVerifyInit(s->ctx, NULL, s->digest, NULL, pkey) == 1 &&
		     EVP_DigestVerify(s->ctx, sign, a->sign.len, covered, a->covered.len) == 1;

	/* nothing of this key is kept, which may be freed before the next call */
	EVP_MD_CTX_reset(s->ctx);
	ERR_clear_error();
	return right;
}

/*
 * A key with many wrong ones in this turn has half of it: whoever sends those must not take the
 * time from other keys. The right ones of this key wait as well.
 */
static bool is_flooded(const struct subscription_sign *s, struct subscription_key *key)
{
	if (key->turn != s->turn) {
		key->turn = s->turn;
		key->bad = 0;
	}
	return key->bad >= SUBSCRIPTION_SIGN_BAD && s->used_us >= half_of(s->budget_us);
}

enum subscription_signed subscription_sign_verify(struct subscription_sign *s,
						  const struct subscription *a, bool known)
{
	struct subscription_key *key;
	uint64_t begin_us;
	bool right;

	if (a->covered.len == 0 || a->sign.len == 0 || !subscription_sign_binds(a))
		return SIGN_BAD;
	s->suspects = false;
	if (s->used_us >= s->budget_us)
		return SIGN_LATER;
	subscription_keys_name(a->key, s->mountpoints, s->name);
	key = key_of(s, known);
	if (key == NULL)
		return SIGN_LATER;
	s->reason = key->why;
	if (key->pkey == NULL)
		return SIGN_NO_KEY;
	if (!fits(key->pkey, a->sign.len))
		return SIGN_BAD;
	s->suspects = is_flooded(s, key);
	if (s->suspects)
		return SIGN_LATER;
	begin_us = clock_cpu_us();
	right = is_right(s, key->pkey, a);
	spend(s, begin_us);
	key->bad += !right;
	return right ? SIGN_GOOD : SIGN_BAD;
}

bool subscription_sign_suspects(const struct subscription_sign *s)
{
	return s->suspects;
}

const char *subscription_sign_why(struct subscription_sign *s)
{
	snprintf(s->why, sizeof(s->why), "%s/%s: %s", subscription_keys_folder(s->keys), s->name,
		 s->reason != NULL ? s->reason : "there is a key");
	return s->why;
}
