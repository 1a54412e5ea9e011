/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/line.h"

#include <string.h>

#include "core/clock.h"
#include "core/json.h"

static inline void put(struct line *l, const char *bytes, size_t len)
{
	/* two bytes stay free for the end */
	if (len > LINE_SIZE - 2 - l->len)
		len = LINE_SIZE - 2 - l->len;
	memcpy(l->data + l->len, bytes, len);
	l->len += len;
}

static void put_text(struct line *l, const char *text)
{
	put(l, text, strlen(text));
}

static void put_number(struct line *l, uint64_t value)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + value % 10);
		value /= 10;
	} while (value != 0);
	put(l, digits + at, sizeof(digits) - at);
}

/* The first key comes without what separates it from the one before. */
static void put_key(struct line *l, const struct line_key *key)
{
	const char *bytes = l->json ? key->json : key->text;
	size_t len = l->json ? key->json_len : key->text_len;

	put(l, bytes + l->first, len - l->first);
	l->first = false;
}

void line_begin(struct line *l, bool json)
{
	l->len = 0;
	l->json = json;
	l->first = true;
	if (json)
		put(l, "{", 1);
}

void line_end(struct line *l)
{
	if (l->json)
		l->data[l->len++] = '}';
	l->data[l->len++] = '\n';
}

void line_none(struct line *l, const struct line_key *key)
{
	put_key(l, key);
	put_text(l, l->json ? "null" : "-");
}

void line_word(struct line *l, const struct line_key *key, const char *value)
{
	put_key(l, key);
	if (l->json)
		put(l, "\"", 1);
	put_text(l, value);
	if (l->json)
		put(l, "\"", 1);
}

void line_bytes(struct line *l, const struct line_key *key, struct slice value)
{
	char escape[JSON_ESCAPED];

	put_key(l, key);
	put(l, "\"", 1);
	for (size_t i = 0; i < value.len; i++) {
		unsigned char c = (unsigned char)value.data[i];

		if (c == '"' || c == '\\' || c < ' ' || c >= 0x7f)
			put(l, escape, json_escape(escape, c));
		else
			put(l, &value.data[i], 1);
	}
	put(l, "\"", 1);
}

void line_quoted(struct line *l, const struct line_key *key, const char *value)
{
	line_bytes(l, key, slice_of(value));
}

void line_address(struct line *l, const struct line_key *key, const char *value)
{
	/* only paths and abstract names can hold such */
	bool named = value[0] == 'u' || value[0] == '@';

	if (named && strpbrk(value, " \"\\=") != NULL)
		line_quoted(l, key, value);
	else
		line_word(l, key, value);
}

void line_number(struct line *l, const struct line_key *key, uint64_t value)
{
	put_key(l, key);
	put_number(l, value);
}

/* Microseconds as "0.000412", without noughts at the end. */
void line_seconds(struct line *l, const struct line_key *key, uint64_t us)
{
	char fraction[7] = ".000000";
	uint64_t rest = us % 1000000;
	size_t len = rest != 0 ? sizeof(fraction) : 0;

	put_key(l, key);
	put_number(l, us / 1000000);
	for (size_t i = sizeof(fraction) - 1; rest != 0; i--) {
		fraction[i] = (char)('0' + rest % 10);
		rest /= 10;
	}
	while (len != 0 && fraction[len - 1] == '0')
		len--;
	put(l, fraction, len);
}

/* Broken down once a second: the calendar is slower than all the rest of a line. */
void line_time(struct line *l, const struct line_key *key, uint64_t wall_ms)
{
	static char text[CLOCK_TEXT];
	static uint64_t second = UINT64_MAX;
	static size_t len;
	unsigned ms = (unsigned)(wall_ms % 1000);

	if (wall_ms / 1000 != second) {
		second = wall_ms / 1000;
		len = clock_print(wall_ms, text, sizeof(text));
	}
	/* "2026-11-21T17:40:02." and three digits */
	text[20] = (char)('0' + ms / 100);
	text[21] = (char)('0' + ms / 10 % 10);
	text[22] = (char)('0' + ms % 10);
	put_key(l, key);
	if (l->json)
		put(l, "\"", 1);
	put(l, text, len);
	if (l->json)
		put(l, "\"", 1);
}
