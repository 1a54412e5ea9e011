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

static bool same_letter(char written, char wanted)
{
	return (written == '-' ? '_' : tolower((unsigned char)written)) == wanted;
}

/*
 * Letters to insert, drop, replace or swap with their neighbour. Case makes no
 * difference, `-` is `_`. Three rows of the table are enough: a swap looks two back.
 */
static unsigned distance(struct slice a, struct slice b)
{
	unsigned rows[3][WORD_MAX + 1];

	for (unsigned j = 0; j <= b.len; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		unsigned *row = rows[i % 3], *above = rows[(i + 2) % 3], *two = rows[(i + 1) % 3];

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= b.len; j++) {
			bool same = same_letter(a.data[i - 1], b.data[j - 1]);

			row[j] = least(above[j] + 1, row[j - 1] + 1, above[j - 1] + !same);
			if (i > 1 && j > 1 && same_letter(a.data[i - 1], b.data[j - 2]) &&
			    same_letter(a.data[i - 2], b.data[j - 1]) && two[j - 2] + 1 < row[j])
				row[j] = two[j - 2] + 1;
		}
	}
	return rows[a.len % 3][b.len];
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
