/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/map_line.h"

#include <stdio.h>
#include <string.h>

#include "core/cache_value.h"

#define KEY_MOST 255

/* A value that is being put together. */
struct map_value {
	char  *out;
	size_t len;
	bool   full;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The next word, which is taken off the front; empty at the end. */
static struct slice take_word(struct slice *rest)
{
	struct slice word;

	while (rest->len != 0 && is_blank(rest->data[0]))
		*rest = slice_after(*rest, 1);
	word = (struct slice){ rest->data, 0 };
	while (rest->len != 0 && !is_blank(rest->data[0])) {
		*rest = slice_after(*rest, 1);
		word.len++;
	}
	return word;
}

/* The modifier behind the last comma of the first word. false: `why` says it. */
static bool split_key(struct slice word, struct slice *key, struct slice *modifier, char *why)
{
	size_t at = word.len;

	while (at > 0 && word.data[at - 1] != ',')
		at--;
	*key = (struct slice){ word.data, at > 0 ? at - 1 : word.len };
	*modifier = at > 0 ? slice_after(word, at) : (struct slice){ "", 0 };
	if (key->len > 0 && key->len <= KEY_MOST && (at == 0 || modifier->len != 0))
		return true;
	snprintf(why, CACHE_VALUE_WHY, "%s", key->len == 0 ? "no key before the comma"
		 : key->len > KEY_MOST ? "a key has at most 255 bytes"
		 : "no modifier behind the comma");
	return false;
}

static void append(struct map_value *v, struct slice bytes)
{
	if (v->len + bytes.len > MAP_LINE_VALUE) {
		v->full = true;
		return;
	}
	if (bytes.len != 0)
		memcpy(v->out + v->len, bytes.data, bytes.len);
	v->len += bytes.len;
}

/* Members of a word, separated by |; the modifier of the line is that of those that have none. */
static void add_members(struct map_value *v, struct slice word, struct slice modifier)
{
	while (word.len != 0) {
		const char *bar = memchr(word.data, '|', word.len);
		struct slice member = { word.data, bar != NULL ? (size_t)(bar - word.data)
							       : word.len };

		word = slice_after(word, member.len + (bar != NULL));
		if (member.len == 0)
			continue;
		append(v, slice_of(v->len != 0 ? "|" : ""));
		append(v, member);
		if (modifier.len != 0 && memchr(member.data, ',', member.len) == NULL) {
			append(v, slice_of(","));
			append(v, modifier);
		}
	}
}

static bool has_control(struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		if ((unsigned char)text.data[i] < ' ' || text.data[i] == 0x7f)
			return true;
	}
	return false;
}

enum map_line map_line_read(struct slice line, const char *nodes, struct slice *key,
			    char out[MAP_LINE_VALUE], struct slice *value, char *why)
{
	struct map_value v = { .out = out };
	struct slice word = take_word(&line), modifier;

	if (word.len == 0 || word.data[0] == '#')
		return MAP_LINE_NONE;
	if (has_control(word)) {
		snprintf(why, CACHE_VALUE_WHY, "a key has no control characters");
		return MAP_LINE_BAD;
	}
	if (!split_key(word, key, &modifier, why))
		return MAP_LINE_BAD;
	while ((word = take_word(&line)).len != 0)
		add_members(&v, word, modifier);
	if (v.len == 0 && nodes != NULL)
		add_members(&v, slice_of(nodes), modifier);
	if (v.len == 0 || v.full) {
		snprintf(why, CACHE_VALUE_WHY, "%s", v.full ? "it is too long"
			 : "no address; write one behind the key, or nodes for all such lines");
		return MAP_LINE_BAD;
	}
	*value = (struct slice){ out, v.len };
	return cache_value_check(*value, why) ? MAP_LINE_ITEM : MAP_LINE_BAD;
}
