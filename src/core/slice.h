/* SPDX-License-Identifier: BSD-2-Clause */
/* A pointer and a length: bytes with another owner. Not terminated by NUL. */
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

/* Whether the slice is one of `words`, which are separated by blanks. NULL: no words. */
static inline bool slice_is_among(struct slice word, const char *words)
{
	while (words != NULL && *words != '\0') {
		size_t len = strcspn(words, " ");

		if (slice_equal((struct slice){ words, len }, word))
			return true;
		words += len + strspn(words + len, " ");
	}
	return false;
}

/* The slice without its first `n` bytes; it has at least as many. */
static inline struct slice slice_after(struct slice text, size_t n)
{
	return (struct slice){ text.data + n, text.len - n };
}

/* Length for %.*s: as much of the beginning as a message shows. */
#define SHOWN(slice) (int)((slice).len < 100 ? (slice).len : 100), (slice).data

#endif
