/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Signed announcements at one server, with a key that is made at the start. An input is a row of
 * datagrams: flags, a number, the size of the block (2 bytes, little endian), and the block without
 * its signature; an empty one is that of one instance. Whatever they say: nothing that was changed
 * is good, nothing is accepted twice, with the other command neither, and nothing beyond the
 * tolerance.
 */
#include "target.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <string.h>
#include <unistd.h>

#include "udp/subscription_replay.h"
#include "udp/subscription_sign.h"

#define BASE 1795278531	/* seconds: of the corpus */
#define DATAGRAMS 16

enum flag {
	FLAG_REMOVE = 1,
	FLAG_UNSIGNED = 2,
	FLAG_CHANGED = 4,	/* the byte with that number, behind the signing */
	FLAG_PADDED = 8,
	FLAG_AGAIN = 16,	/* an earlier one, by that number, with this command */
	FLAG_LATER = 32,	/* so many times ten minutes pass */
	FLAG_STAMPED = 64,	/* the block is followed by a stamp near to now, by that number */
	FLAG_CLEAR = 128,	/* and by `clear` */
};

static EVP_PKEY *pkey;
static struct shared_region region;
static struct subscription_sign *server;
static struct subscription_replay guard;
static struct subscription_replay_now now;

static struct datagram {
	size_t len;
	bool   is_signed, is_changed;
	char   bytes[SUBSCRIPTION_DATAGRAM_MAX];
} datagrams[DATAGRAMS];

/* What was accepted. */
static struct slice accepted[DATAGRAMS];
static unsigned accepted_count;

static char folder[] = "/tmp/fuzz-signed-XXXXXX";
static char path[64];

static void remove_folder(void)
{
	(void)unlink(path);
	(void)rmdir(folder);
}

static void open_once(void)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_id(EVP_PKEY_RSA, NULL);
	FILE *file;

	HOLDS(EVP_PKEY_keygen_init(ctx) == 1);
	HOLDS(EVP_PKEY_CTX_ctrl(ctx, EVP_PKEY_RSA, EVP_PKEY_OP_KEYGEN,
				EVP_PKEY_CTRL_RSA_KEYGEN_BITS, 512, NULL) == 1);
	HOLDS(EVP_PKEY_keygen(ctx, &pkey) == 1);
	EVP_PKEY_CTX_free(ctx);
	HOLDS(mkdtemp(folder) != NULL);
	HOLDS(atexit(remove_folder) == 0);
	snprintf(path, sizeof(path), "%s/k.pem", folder);
	file = fopen(path, "w");
	HOLDS(file != NULL && PEM_write_PUBKEY(file, pkey) == 1 && fclose(file) == 0);
	server = subscription_sign_open("SHA1", folder, true);
	HOLDS(server != NULL);
	/* the file is needed once: at the same time it is never looked at again */
	subscription_sign_turn(server, 0, UINT64_MAX);
	HOLDS(shared_region_open(&region, "fuzz", (size_t)16 << 20));
	HOLDS(shared_table_prepare(&region) && shared_table_own(&region));
}

static void add_sign(struct datagram *d)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char *block = (unsigned char *)d->bytes + 4;
	size_t len = 64;

	memcpy(d->bytes + d->len, "\4\0sign\100\0", 8);
	HOLDS(EVP_DigestSignInit(ctx, NULL, EVP_sha1(), NULL, pkey) == 1);
	HOLDS(EVP_DigestSign(ctx, block + d->len + 4, &len, block, d->len - 4) == 1 && len == 64);
	EVP_MD_CTX_free(ctx);
	d->len += 8 + len;
	d->is_signed = true;
}

static void add_stamp(struct datagram *d, unsigned flags, unsigned number)
{
	unsigned long long stamp = now.seconds + number % 8;

	memcpy(d->bytes + d->len, "\4\0unix\12\0", 8);
	snprintf(d->bytes + d->len + 8, 11, "%010llu", stamp);
	d->len += 18;
	if (flags & FLAG_CLEAR) {
		memcpy(d->bytes + d->len, "\5\0clear\1\0" "1", 10);
		d->len += 10;
	}
}

static void build(struct datagram *d, unsigned flags, unsigned number, struct slice block)
{
	/* two with one stamp differ by the load */
	char one[] = "\3\0key\1\0k\7\0address\1\0a\4\0load\1\0" "0";

	if (block.len == 0) {
		one[sizeof(one) - 2] = (char)('0' + (number >> 3));
		block = (struct slice){ one, sizeof(one) - 1 };
	}
	*d = (struct datagram){ .len = 4 + block.len };
	d->bytes[0] = (char)SUBSCRIPTION_MODIFIER1;
	d->bytes[3] = (flags & FLAG_REMOVE) != 0;
	memcpy(d->bytes + 4, block.data, block.len);
	if (flags & FLAG_STAMPED)
		add_stamp(d, flags, number);
	if ((flags & FLAG_UNSIGNED) == 0)
		add_sign(d);
	if (flags & FLAG_CHANGED && number < d->len - 4) {
		d->bytes[4 + number] ^= 1;
		d->is_changed = true;
	}
	d->len += flags & FLAG_PADDED ? 50 : 0;
}

static void accept_it(const struct subscription *a)
{
	struct subscription turned = *a;

	HOLDS(a->unix_time + now.tolerance >= now.seconds);
	HOLDS(a->unix_time <= now.seconds + now.tolerance);
	for (unsigned i = 0; i < accepted_count; i++)
		HOLDS(!slice_equal(accepted[i], a->covered));
	accepted[accepted_count++] = a->covered;
	HOLDS(subscription_replay_accept(&guard, a, now));
	HOLDS(subscription_replay_check(&guard, a, now) == REPLAY_COPY);
	turned.command ^= 1u;
	HOLDS(subscription_replay_check(&guard, &turned, now) != REPLAY_FRESH);
}

static void receive(const struct datagram *d)
{
	enum subscription_fresh fresh;
	enum subscription_signed good;
	struct subscription a;
	bool has_key;

	if (!subscription_parse(&a, (struct slice){ d->bytes, d->len }, SUBSCRIPTION_LENIENT))
		return;
	has_key = slice_is(a.key, "k") || slice_starts(a.key, "k/");
	fresh = subscription_replay_check(&guard, &a, now);
	good = subscription_sign_verify(server, &a, false);
	HOLDS(ERR_peek_error() == 0);
	HOLDS(good != SIGN_GOOD || d->is_signed);
	HOLDS(good != SIGN_GOOD || has_key);
	HOLDS(good == SIGN_GOOD || d->is_changed || !has_key || a.covered.len == 0 ||
	      a.sign.len != 64 || !d->is_signed || !subscription_sign_binds(&a));
	HOLDS(good != SIGN_GOOD || !d->is_changed);
	if (fresh == REPLAY_FRESH && good == SIGN_GOOD)
		accept_it(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice rest = { (const char *)data, size };

	if (server == NULL)
		open_once();
	subscription_sign_turn(server, 0, UINT64_MAX);
	now = (struct subscription_replay_now){ BASE, SUBSCRIPTION_REPLAY_TOLERANCE };
	HOLDS(subscription_replay_open(&guard, &region, "S", 8));
	accepted_count = 0;
	for (unsigned i = 0; i < DATAGRAMS && rest.len >= 4; i++) {
		unsigned flags = (unsigned char)rest.data[0], number = (unsigned char)rest.data[1];
		size_t len = (size_t)(unsigned char)rest.data[2] | (size_t)(rest.data[3] & 7) << 8;

		rest = slice_after(rest, 4);
		len = len < rest.len ? len : rest.len;
		if (flags & FLAG_LATER) {
			now.seconds += number * 600;
			subscription_replay_expire(&guard, now, 3);
		}
		if (flags & FLAG_AGAIN && i > 0) {
			datagrams[i] = datagrams[number % i];
			datagrams[i].bytes[3] = (flags & FLAG_REMOVE) != 0;
		} else {
			build(&datagrams[i], flags, number, (struct slice){ rest.data, len });
			rest = slice_after(rest, len);
		}
		receive(&datagrams[i]);
	}
	subscription_replay_drop(&guard);
	while (shared_table_give_back(&region, 1000))
		;
	return 0;
}
