/* SPDX-License-Identifier: BSD-2-Clause */
/* Durations, sizes, numbers and booleans as the configuration writes them. */
#include "core/units.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "core/text.h"

struct unit {
	const char *name;
	uint64_t factor;
};

/* Largest first: a duration is written in falling order. */
static const struct unit durations[] = {
	{ "d", 86400000 }, { "h", 3600000 }, { "m", 60000 }, { "s", 1000 }, { "ms", 1 },
};

static const struct unit sizes[] = {
	{ "g", 1 << 30 },
	{ "m", 1 << 20 },
	{ "k", 1 << 10 },
};

/* Takes the digits at the front of *text; false when there are none or they overflow. */
static bool take_number(struct slice *text, uint64_t *value)
{
	size_t i = 0;

	*value = 0;
	for (; i < text->len && text->data[i] >= '0' && text->data[i] <= '9'; i++) {
		if (__builtin_mul_overflow(*value, (uint64_t)10, value) ||
		    __builtin_add_overflow(*value, (uint64_t)(text->data[i] - '0'), value))
			return false;
	}
	text->data += i;
	text->len -= i;
	return i > 0;
}

bool number_parse(struct slice text, uint64_t *value)
{
	uint64_t parsed;

	if (!take_number(&text, &parsed) || text.len > 0)
		return false;
	*value = parsed;
	return true;
}

/* The row of the unit at the front of *text, taken off it; COUNT(durations) when there is none. */
static size_t take_duration_unit(struct slice *text)
{
	size_t len = 0;

	while (len < text->len && (text->data[len] < '0' || text->data[len] > '9'))
		len++;
	for (size_t i = 0; i < COUNT(durations); i++) {
		if (slice_is((struct slice){ text->data, len }, durations[i].name)) {
			text->data += len;
			text->len -= len;
			return i;
		}
	}
	return COUNT(durations);
}

bool duration_parse(struct slice text, uint64_t *ms)
{
	uint64_t sum = 0;
	size_t next = 0; /* units may only get smaller */

	if (slice_is(text, "0")) {
		*ms = 0;
		return true;
	}
	do {
		uint64_t value;

		if (!take_number(&text, &value))
			return false;
		size_t unit = take_duration_unit(&text);

		if (unit < next || unit == COUNT(durations))
			return false;
		if (__builtin_mul_overflow(value, durations[unit].factor, &value) ||
		    __builtin_add_overflow(sum, value, &sum))
			return false;
		next = unit + 1;
	} while (text.len > 0);
	*ms = sum;
	return true;
}

void duration_print(uint64_t ms, struct text *out)
{
	if (ms == 0)
		text_putc(out, '0');
	if (ms % 1000 != 0) { /* 1500ms reads better than 1s500ms */
		text_printf(out, "%" PRIu64 "ms", ms);
		return;
	}
	/* Days are read but not written: 24h is what people and the manual say. */
	for (size_t i = 1; i < COUNT(durations) && ms > 0; i++) {
		uint64_t value = ms / durations[i].factor;

		if (value > 0)
			text_printf(out, "%" PRIu64 "%s", value, durations[i].name);
		ms %= durations[i].factor;
	}
}

bool size_parse(struct slice text, uint64_t *bytes)
{
	uint64_t value, factor = 1;

	if (!take_number(&text, &value))
		return false;
	if (text.len == 1) {
		for (size_t i = 0; i < COUNT(sizes); i++)
			if ((text.data[0] | 0x20) == sizes[i].name[0])
				factor = sizes[i].factor;
	}
	if (text.len != (factor > 1 ? 1u : 0u))
		return false;
	return !__builtin_mul_overflow(value, factor, bytes);
}

void size_print(uint64_t bytes, struct text *out)
{
	for (size_t i = 0; i < COUNT(sizes); i++) {
		if (bytes > 0 && bytes % sizes[i].factor == 0) {
			text_printf(out, "%" PRIu64 "%s", bytes / sizes[i].factor, sizes[i].name);
			return;
		}
	}
	text_printf(out, "%" PRIu64, bytes);
}

bool bool_parse(struct slice text, bool *value)
{
	static const char *const words[] = { "false", "true", "off", "on", "no", "yes" };

	for (size_t i = 0; i < COUNT(words); i++) {
		if (text.len == strlen(words[i]) &&
		    strncasecmp(text.data, words[i], text.len) == 0) {
			*value = i % 2 == 1;
			return true;
		}
	}
	return false;
}
