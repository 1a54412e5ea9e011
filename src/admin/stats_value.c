/* SPDX-License-Identifier: BSD-2-Clause */
/* Single values, as all statistics have them. */
#include "admin/stats.h"

#include <string.h>

#include "core/clock.h"

#define SECONDS 64	/* whose text is kept: ten thousand backends have few times in common */

/* The text of a time but for its milliseconds, which are those digits of it. */
#define MS_AT 20
#define MS_DIGITS 3

static struct second {
	uint64_t second;	/* 0: none */
	size_t   len;
	char     text[CLOCK_TEXT];
} known[SECONDS];

static const struct second *text_of(uint64_t second)
{
	struct second *s = &known[second % SECONDS];

	if (s->second != second) {
		s->len = clock_print(second * 1000, s->text, sizeof(s->text));
		s->second = second;
	}
	return s;
}

void stats_time(struct json_writer *w, uint64_t wall_ms)
{
	unsigned ms = (unsigned)(wall_ms % 1000);
	const struct second *s;
	char *to;

	if (wall_ms < 1000) {
		json_writer_null(w);
		return;
	}
	s = text_of(wall_ms / 1000);
	to = text_extend(w->out, s->len + 2);
	to[0] = to[s->len + 1] = '"';
	memcpy(to + 1, s->text, s->len);
	for (unsigned i = MS_DIGITS; i > 0; i--, ms /= 10)
		to[MS_AT + i] = (char)('0' + ms % 10);
}

void stats_rounded(struct json_writer *w, double value, unsigned steps)
{
	/* no decimals are left above that; a damaged shared memory may hold any number */
	if (value >= 0 && value * steps < 9e15)
		json_writer_fraction(w, (uint64_t)(value * steps + 0.5), steps);
	else
		json_writer_integer(w, 0);
}

void stats_divided(struct json_writer *w, uint64_t stored, unsigned divisor)
{
	if (divisor <= 1)
		json_writer_integer(w, (int64_t)stored);
	else
		json_writer_fraction(w, stored, divisor);
}
