/* SPDX-License-Identifier: BSD-2-Clause */
/* The word somebody probably meant. */
#include <ctype.h>
#include <string.h>

#include "core/conf_errors.h"

#define WORD_MAX 40

static unsigned least(unsigned a, unsigned b, unsigned c)
{
	unsigned ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* Letters to insert, drop or replace; case, `-` and `_` make no difference. */
static unsigned distance(struct slice a, struct slice b)
{
	unsigned row[WORD_MAX + 1];

	for (unsigned j = 0; j <= b.len; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		unsigned corner = row[0];

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= b.len; j++) {
			int x = a.data[i - 1] == '-' ? '_' : tolower((unsigned char)a.data[i - 1]);
			int y = tolower((unsigned char)b.data[j - 1]);
			unsigned above = row[j];

			row[j] = least(above + 1, row[j - 1] + 1, corner + (x != y));
			corner = above;
		}
	}
	return row[b.len];
}

static bool begins(struct slice longer, struct slice shorter)
{
	return shorter.len >= 3 && longer.len > shorter.len &&
		memcmp(longer.data, shorter.data, shorter.len) == 0;
}

const char *conf_nearest(struct slice written, const char *const *list)
{
	const char *nearest = NULL, *prefix = NULL;
	unsigned best = (unsigned)(written.len < 3 ? written.len : written.len / 3 + 1);

	if (written.len > WORD_MAX)
		return NULL;
	for (size_t i = 0; list[i] != NULL; i++) {
		struct slice word = slice_of(list[i]);
		unsigned away = word.len <= WORD_MAX ? distance(written, word) : WORD_MAX;

		if (away < best) {
			best = away;
			nearest = list[i];
		}
		if (prefix == NULL && (begins(word, written) || begins(written, word)))
			prefix = list[i];
	}
	return nearest != NULL ? nearest : prefix;
}
