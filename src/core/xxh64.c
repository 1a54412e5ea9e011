/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Four lanes take eight bytes each of every 32: the processor multiplies them side by side. What
 * is left at the end goes in one after the other.
 */
#include "core/xxh64.h"

#include <string.h>

#define P1 UINT64_C(0x9E3779B185EBCA87)
#define P2 UINT64_C(0xC2B2AE3D27D4EB4F)
#define P3 UINT64_C(0x165667B19E3779F9)
#define P4 UINT64_C(0x85EBCA77C2B2AE63)
#define P5 UINT64_C(0x27D4EB2F165667C5)

static uint64_t rotate(uint64_t word, unsigned bits)
{
	return word << bits | word >> (64 - bits);
}

/* Little endian on every machine; compilers make one load of it. */
static inline uint32_t load32(const unsigned char *at)
{
	return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
	       (uint32_t)at[3] << 24;
}

static inline uint64_t load64(const unsigned char *at)
{
	return load32(at) | (uint64_t)load32(at + 4) << 32;
}

static uint64_t mix(uint64_t lane, uint64_t word)
{
	return rotate(lane + word * P2, 31) * P1;
}

static void take_stripes(struct xxh64 *x, const unsigned char *at, size_t stripes)
{
	uint64_t a = x->lanes[0], b = x->lanes[1], c = x->lanes[2], d = x->lanes[3];

	for (; stripes > 0; stripes--, at += 32) {
		a = mix(a, load64(at));
		b = mix(b, load64(at + 8));
		c = mix(c, load64(at + 16));
		d = mix(d, load64(at + 24));
	}
	x->lanes[0] = a;
	x->lanes[1] = b;
	x->lanes[2] = c;
	x->lanes[3] = d;
}

void xxh64_begin(struct xxh64 *x)
{
	*x = (struct xxh64){ .lanes = { P1 + P2, P2, 0, 0 - P1 } };
}

void xxh64_add(struct xxh64 *x, struct slice bytes)
{
	size_t had = x->total % sizeof(x->rest), piece = sizeof(x->rest) - had;

	x->total += bytes.len;
	if (had > 0 && bytes.len >= piece) {
		memcpy(x->rest + had, bytes.data, piece);
		take_stripes(x, x->rest, 1);
		bytes = slice_after(bytes, piece);
		had = 0;
	}
	if (had == 0) {
		size_t whole = bytes.len - bytes.len % sizeof(x->rest);

		take_stripes(x, (const unsigned char *)bytes.data, whole / sizeof(x->rest));
		bytes = slice_after(bytes, whole);
	}
	if (bytes.len > 0)
		memcpy(x->rest + had, bytes.data, bytes.len);
}

static uint64_t join_lanes(const struct xxh64 *x)
{
	uint64_t h = rotate(x->lanes[0], 1) + rotate(x->lanes[1], 7) + rotate(x->lanes[2], 12) +
		     rotate(x->lanes[3], 18);

	for (unsigned i = 0; i < 4; i++)
		h = (h ^ mix(0, x->lanes[i])) * P1 + P4;
	return h;
}

static uint64_t take_rest(uint64_t h, const unsigned char *at, size_t len)
{
	for (; len >= 8; len -= 8, at += 8)
		h = rotate(h ^ mix(0, load64(at)), 27) * P1 + P4;
	if (len >= 4) {
		h = rotate(h ^ load32(at) * P1, 23) * P2 + P3;
		len -= 4;
		at += 4;
	}
	for (; len > 0; len--, at++)
		h = rotate(h ^ *at * P5, 11) * P1;
	return h;
}

uint64_t xxh64_sum(const struct xxh64 *x)
{
	uint64_t h = x->total >= sizeof(x->rest) ? join_lanes(x) : P5;

	h = take_rest(h + x->total, x->rest, x->total % sizeof(x->rest));
	h = (h ^ h >> 33) * P2;
	h = (h ^ h >> 29) * P3;
	return h ^ h >> 32;
}
