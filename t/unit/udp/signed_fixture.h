/* SPDX-License-Identifier: BSD-2-Clause */
/* Announcements as uWSGI signs them, with keys that are made for the test. */
#ifndef UNIT_SIGNED_FIXTURE_H
#define UNIT_SIGNED_FIXTURE_H

#include <check.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <string.h>

#include "core/subscription.h"

/* Small, as nothing depends on the size. */
static inline EVP_PKEY *make_key(int type)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_id(type, NULL);
	EVP_PKEY *key = NULL;

	ck_assert_int_eq(EVP_PKEY_keygen_init(ctx), 1);
	if (type == EVP_PKEY_RSA)
		ck_assert_int_eq(EVP_PKEY_CTX_ctrl(ctx, EVP_PKEY_RSA, EVP_PKEY_OP_KEYGEN,
						   EVP_PKEY_CTRL_RSA_KEYGEN_BITS, 1024, NULL), 1);
	if (type == EVP_PKEY_EC)
		ck_assert_int_eq(EVP_PKEY_CTX_ctrl(ctx, EVP_PKEY_EC, EVP_PKEY_OP_PARAMGEN |
						   EVP_PKEY_OP_KEYGEN,
						   EVP_PKEY_CTRL_EC_PARAMGEN_CURVE_NID,
						   NID_X9_62_prime256v1, NULL), 1);
	ck_assert_int_eq(EVP_PKEY_keygen(ctx, &key), 1);
	EVP_PKEY_CTX_free(ctx);
	return key;
}

static inline void write_key(const char *path, EVP_PKEY *key)
{
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(PEM_write_PUBKEY(file, key), 1);
	ck_assert_int_eq(fclose(file), 0);
}

struct signed_datagram {
	size_t              len;
	char                bytes[4096];
	struct subscription parsed;
};

static inline void add_pair(struct signed_datagram *d, struct slice name, struct slice value)
{
	const struct slice parts[] = { name, value };

	for (size_t i = 0; i < 2; i++) {
		ck_assert_uint_lt(d->len + 2 + parts[i].len, sizeof(d->bytes));
		d->bytes[d->len] = (char)(parts[i].len & 0xff);
		d->bytes[d->len + 1] = (char)(parts[i].len >> 8);
		memcpy(d->bytes + d->len + 2, parts[i].data, parts[i].len);
		d->len += 2 + parts[i].len;
	}
}

static inline void add_number(struct signed_datagram *d, const char *name, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)value);
	add_pair(d, slice_of(name), slice_of(text));
}

static inline void begin_datagram(struct signed_datagram *d, struct slice key, const char *address)
{
	d->len = 4;
	add_pair(d, slice_of("key"), key);
	add_pair(d, slice_of("address"), slice_of(address));
}

static inline void end_datagram(struct signed_datagram *d, enum subscription_command command)
{
	size_t block = d->len - 4;

	d->bytes[0] = (char)SUBSCRIPTION_MODIFIER1;
	d->bytes[1] = (char)(block & 0xff);
	d->bytes[2] = (char)(block >> 8);
	d->bytes[3] = command == SUBSCRIPTION_ADD ? 0 : 1;
	ck_assert(subscription_parse(&d->parsed, (struct slice){ d->bytes, d->len },
				     SUBSCRIPTION_LENIENT));
}

static inline void sign_datagram(struct signed_datagram *d, EVP_PKEY *key, const char *digest)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	char sign[1024];
	size_t len = sizeof(sign);

	ck_assert_int_eq(EVP_DigestSignInit(ctx, NULL, EVP_get_digestbyname(digest), NULL, key), 1);
	ck_assert_int_eq(EVP_DigestSign(ctx, (unsigned char *)sign, &len,
					(const unsigned char *)d->bytes + 4, d->len - 4), 1);
	EVP_MD_CTX_free(ctx);
	add_pair(d, slice_of("sign"), (struct slice){ sign, len });
}

#endif
