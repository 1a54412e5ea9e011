/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/go_json.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/arena.h"
#include "core/text.h"
#include "core/utf8.h"

struct go_json_reader {
	const char   *at, *end;
	struct arena *arena;
	char         *why;	/* "" until something is wrong */
	unsigned      depth;
	struct text   string;	/* the one that is being read */
};

static const struct node nowhere = { .file = NULL };

static struct node *fail(struct go_json_reader *in, const char *where)
{
	if (in->why[0] != '\0')
		return NULL;
	if (in->at == in->end)
		snprintf(in->why, GO_JSON_WHY, "unexpected end of JSON input");
	else if (isprint((unsigned char)*in->at) && *in->at != '\'')
		snprintf(in->why, GO_JSON_WHY, "invalid character '%c' %s", *in->at, where);
	else if (*in->at == '\'')
		snprintf(in->why, GO_JSON_WHY, "invalid character '\\'' %s", where);
	else
		snprintf(in->why, GO_JSON_WHY, "invalid character '\\x%02x' %s",
			 (unsigned char)*in->at, where);
	return NULL;
}

static struct node *refuse(struct go_json_reader *in, const char *why)
{
	if (in->why[0] == '\0')
		snprintf(in->why, GO_JSON_WHY, "%s", why);
	return NULL;
}

static void skip_blanks(struct go_json_reader *in)
{
	while (in->at < in->end && strchr(" \t\r\n", *in->at) != NULL && *in->at != '\0')
		in->at++;
}

static bool take(struct go_json_reader *in, char c)
{
	if (in->at == in->end || *in->at != c)
		return false;
	in->at++;
	return true;
}

static struct node *scalar(struct go_json_reader *in, struct slice text, bool quoted)
{
	struct node *node = node_new(in->arena, NODE_SCALAR, &nowhere);

	node->value = (struct slice){ arena_copy(in->arena, text), text.len };
	node->quoted = quoted;
	return node;
}

static struct node *read_word(struct go_json_reader *in, const char *word)
{
	char where[40];

	for (const char *c = word; *c != '\0'; c++) {
		snprintf(where, sizeof(where), "in literal %s (expecting '%c')", word, *c);
		if (!take(in, *c))
			return fail(in, where);
	}
	return scalar(in, slice_of(word), false);
}

static bool digits(struct go_json_reader *in, const char *where)
{
	const char *from = in->at;

	while (in->at < in->end && isdigit((unsigned char)*in->at))
		in->at++;
	return in->at > from || fail(in, where) != NULL;
}

static struct node *read_number(struct go_json_reader *in)
{
	const char *from = in->at;

	(void)take(in, '-');
	if (!take(in, '0') && !digits(in, "in numeric literal"))
		return NULL;
	if (take(in, '.') && !digits(in, "after decimal point in numeric literal"))
		return NULL;
	if (take(in, 'e') || take(in, 'E')) {
		if (!take(in, '+'))
			(void)take(in, '-');
		if (!digits(in, "in exponent of numeric literal"))
			return NULL;
	}
	return scalar(in, (struct slice){ from, (size_t)(in->at - from) }, false);
}

static void put_utf8(struct text *out, uint32_t c)
{
	if (c < 0x80) {
		text_putc(out, (char)c);
		return;
	}
	if (c < 0x800) {
		text_putc(out, (char)(0xc0 | c >> 6));
	} else if (c < 0x10000) {
		text_putc(out, (char)(0xe0 | c >> 12));
		text_putc(out, (char)(0x80 | (c >> 6 & 0x3f)));
	} else {
		text_putc(out, (char)(0xf0 | c >> 18));
		text_putc(out, (char)(0x80 | (c >> 12 & 0x3f)));
		text_putc(out, (char)(0x80 | (c >> 6 & 0x3f)));
	}
	text_putc(out, (char)(0x80 | (c & 0x3f)));
}

static bool read_hex(struct go_json_reader *in, uint32_t *c)
{
	*c = 0;
	for (unsigned i = 0; i < 4; i++) {
		if (in->at == in->end || !isxdigit((unsigned char)*in->at))
			return fail(in, "in \\u hexadecimal character escape") != NULL;
		int digit = tolower((unsigned char)*in->at++);

		*c = *c << 4 | (uint32_t)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
	}
	return true;
}

/* Half of a pair without the other half is U+FFFD, as in Go. */
static bool read_unicode(struct go_json_reader *in)
{
	const uint32_t replacement = 0xfffd;
	uint32_t c, low;

	if (!read_hex(in, &c))
		return false;
	if (c == 0)
		return refuse(in, "a string has a NUL character") != NULL;
	if (c >= 0xd800 && c < 0xdc00 && in->end - in->at >= 6 && in->at[0] == '\\' &&
	    in->at[1] == 'u') {
		const char *back = in->at;

		in->at += 2;
		if (!read_hex(in, &low))
			return false;
		if (low >= 0xdc00 && low < 0xe000)
			c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
		else
			in->at = back;
	}
	put_utf8(&in->string, c >= 0xd800 && c < 0xe000 ? replacement : c);
	return true;
}

static bool read_escape(struct go_json_reader *in)
{
	static const char names[] = "\"\\/bfnrt", bytes[] = "\"\\/\b\f\n\r\t";
	const char *name = in->at < in->end && *in->at != '\0' ? strchr(names, *in->at) : NULL;

	if (take(in, 'u'))
		return read_unicode(in);
	if (name == NULL)
		return fail(in, "in string escape code") != NULL;
	in->at++;
	text_putc(&in->string, bytes[name - names]);
	return true;
}

static struct node *read_string(struct go_json_reader *in)
{
	in->at++;
	text_clear(&in->string);
	while (in->at < in->end && *in->at != '"') {
		size_t len = utf8_length(in->at, (size_t)(in->end - in->at));

		if (take(in, '\\')) {
			if (!read_escape(in))
				return NULL;
		} else if ((unsigned char)*in->at < 0x20) {
			return fail(in, "in string literal");
		} else {
			text_append(&in->string, len != 0 ? in->at : "\xef\xbf\xbd",
				    len != 0 ? len : 3);
			in->at += len != 0 ? len : 1;
		}
	}
	if (!take(in, '"'))
		return fail(in, "");
	return scalar(in, text_slice(&in->string), true);
}

static struct node *read_value(struct go_json_reader *in);

static struct node *read_list(struct go_json_reader *in)
{
	struct node *list = node_new(in->arena, NODE_LIST, &nowhere);

	in->at++;
	skip_blanks(in);
	if (take(in, ']'))
		return list;
	do {
		struct node *item = read_value(in);

		if (item == NULL)
			return NULL;
		node_add(in->arena, list, item);
	} while (take(in, ','));
	return take(in, ']') ? list : fail(in, "after array element");
}

static struct node *read_map(struct go_json_reader *in)
{
	struct node *map = node_new(in->arena, NODE_MAP, &nowhere);
	const char *where = "looking for beginning of object key string";

	in->at++;
	skip_blanks(in);
	if (take(in, '}'))
		return map;
	do {
		skip_blanks(in);
		struct node *key = in->at < in->end && *in->at == '"' ? read_string(in)
								       : fail(in, where);
		if (key == NULL)
			return NULL;
		skip_blanks(in);
		if (!take(in, ':'))
			return fail(in, "after object key");
		struct node *value = read_value(in);

		if (value == NULL)
			return NULL;
		node_add_pair(in->arena, map, key, value);
	} while (take(in, ','));
	return take(in, '}') ? map : fail(in, "after object key:value pair");
}

static struct node *read_one(struct go_json_reader *in)
{
	if (in->at == in->end)
		return fail(in, "");
	switch (*in->at) {
	case '{':
		return read_map(in);
	case '[':
		return read_list(in);
	case '"':
		return read_string(in);
	case 't':
		return read_word(in, "true");
	case 'f':
		return read_word(in, "false");
	case 'n':
		return read_word(in, "null");
	default:
		if (*in->at == '-' || isdigit((unsigned char)*in->at))
			return read_number(in);
		return fail(in, "looking for beginning of value");
	}
}

/* With the blanks around it. */
static struct node *read_value(struct go_json_reader *in)
{
	struct node *node;

	if (in->depth == GO_JSON_DEPTH)
		return refuse(in, "exceeded max depth");
	in->depth++;
	skip_blanks(in);
	node = read_one(in);
	skip_blanks(in);
	in->depth--;
	return node;
}

struct node *go_json_read(struct slice text, struct arena *arena, char *why)
{
	struct go_json_reader in = { .at = text.data, .end = text.data + text.len,
				     .arena = arena, .why = why };
	struct node *node;

	why[0] = '\0';
	text_init(&in.string);
	node = read_value(&in);
	if (node != NULL && in.at < in.end)
		node = fail(&in, "after top-level value");
	text_close(&in.string);
	return node;
}

const char *go_json_kind(const struct node *node)
{
	if (node->kind != NODE_SCALAR)
		return node->kind == NODE_MAP ? "object" : "array";
	if (node->quoted)
		return "string";
	if (node_null(node))
		return "null";
	if (slice_is(node->value, "true") || slice_is(node->value, "false"))
		return "bool";
	/* a word of YAML needs no quotes to be a string */
	return strchr("-0123456789", node->value.data[0]) != NULL ? "number" : "string";
}

/* Bytes of what a string cannot hold as it is, at the front of `text`; 0: it can. */
static size_t escape(struct text *out, struct slice text)
{
	static const char named[] = "\n\r\t\"\\", names[] = "nrt\"\\";
	unsigned char c = (unsigned char)text.data[0];
	const char *at = c != '\0' ? strchr(named, c) : NULL;

	if (at != NULL) {
		text_printf(out, "\\%c", names[at - named]);
		return 1;
	}
	if (c < 0x20 || c == '<' || c == '>' || c == '&') {
		text_printf(out, "\\u%04x", c);
		return 1;
	}
	/* line and paragraph separators, which end a line of JavaScript */
	if (text.len >= 3 && memcmp(text.data, "\xe2\x80", 2) == 0 &&
	    ((unsigned char)text.data[2] & 0xfe) == 0xa8) {
		text_printf(out, "\\u202%c", text.data[2] & 1 ? '9' : '8');
		return 3;
	}
	return 0;
}

void go_json_string(struct text *out, struct slice bytes)
{
	text_putc(out, '"');
	for (size_t i = 0, len; i < bytes.len; i += len) {
		len = escape(out, slice_after(bytes, i));
		if (len != 0)
			continue;
		len = utf8_length(bytes.data + i, bytes.len - i);
		if (len == 0)
			text_puts(out, "\\ufffd");
		else
			text_append(out, bytes.data + i, len);
		len = len != 0 ? len : 1;
	}
	text_putc(out, '"');
}
