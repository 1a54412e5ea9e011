/* SPDX-License-Identifier: BSD-2-Clause */
/* A pointer and a length: bytes that somebody else owns. Not terminated by NUL. */
#ifndef CORE_SLICE_H
#define CORE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct slice {
	const char *data;
	size_t      len;
};

static inline struct slice slice_of(const char *text)
{
	return (struct slice){ text, strlen(text) };
}

static inline bool slice_equal(struct slice a, struct slice b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

static inline bool slice_is(struct slice a, const char *text)
{
	return slice_equal(a, slice_of(text));
}

static inline bool slice_starts(struct slice text, const char *prefix)
{
	size_t len = strlen(prefix);

	return text.len >= len && memcmp(text.data, prefix, len) == 0;
}

/* Without its first `n` bytes, which it has. */
static inline struct slice slice_after(struct slice text, size_t n)
{
	return (struct slice){ text.data + n, text.len - n };
}

/* For %.*s: its beginning, as much as a message shows. */
#define SHOWN(slice) (int)((slice).len < 100 ? (slice).len : 100), (slice).data

#endif
