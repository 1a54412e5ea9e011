/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/siphash.h"

#include <string.h>
#include <sys/random.h>
#include <unistd.h>

struct sip_state {
	uint64_t v0, v1, v2, v3;
};

bool siphash_seed(struct siphash_seed *seed)
{
	return getentropy(seed, sizeof(*seed)) == 0;
}

static uint64_t rotate(uint64_t word, unsigned bits)
{
	return word << bits | word >> (64 - bits);
}

static void sip_round(struct sip_state *s)
{
	s->v0 += s->v1;
	s->v2 += s->v3;
	s->v1 = rotate(s->v1, 13) ^ s->v0;
	s->v3 = rotate(s->v3, 16) ^ s->v2;
	s->v0 = rotate(s->v0, 32);
	s->v2 += s->v1;
	s->v0 += s->v3;
	s->v1 = rotate(s->v1, 17) ^ s->v2;
	s->v3 = rotate(s->v3, 21) ^ s->v0;
	s->v2 = rotate(s->v2, 32);
}

static void compress(struct sip_state *s, uint64_t word)
{
	s->v3 ^= word;
	sip_round(s);
	s->v0 ^= word;
}

/* Up to eight bytes, little endian. */
static uint64_t little64(const char *bytes, size_t len)
{
	uint64_t word = 0;

	for (size_t i = 0; i < len; i++)
		word |= (uint64_t)(unsigned char)bytes[i] << 8 * i;
	return word;
}

static uint64_t whole64(const char *bytes)
{
	uint64_t word;

	memcpy(&word, bytes, sizeof(word));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	word = __builtin_bswap64(word);
#endif
	return word;
}

uint64_t siphash(const struct siphash_seed *seed, struct slice bytes)
{
	struct sip_state s = {
		seed->k0 ^ UINT64_C(0x736f6d6570736575), seed->k1 ^ UINT64_C(0x646f72616e646f6d),
		seed->k0 ^ UINT64_C(0x6c7967656e657261), seed->k1 ^ UINT64_C(0x7465646279746573),
	};
	size_t whole = bytes.len & ~(size_t)7;

	for (size_t i = 0; i < whole; i += 8)
		compress(&s, whole64(bytes.data + i));
	compress(&s, little64(bytes.data + whole, bytes.len - whole) | (uint64_t)bytes.len << 56);
	s.v2 ^= 0xff;
	for (int i = 0; i < 3; i++)
		sip_round(&s);
	return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}
