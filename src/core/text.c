/* SPDX-License-Identifier: BSD-2-Clause */
/* Text that grows at its end; JSON strings. */
#include "core/text.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/stderr.h"
#include "core/utf8.h"

#define ROOM_FIRST 256

void text_init(struct text *t)
{
	*t = (struct text){ 0 };
}

void text_close(struct text *t)
{
	free(t->data);
	*t = (struct text){ 0 };
}

void text_clear(struct text *t)
{
	t->len = 0;
	if (t->data != NULL)
		t->data[0] = '\0';
}

void text_truncate(struct text *t, size_t len)
{
	if (len < t->len) {
		t->len = len;
		t->data[len] = '\0';
	}
}

const char *text_cstr(struct text *t)
{
	return t->data != NULL ? t->data : "";
}

struct slice text_slice(const struct text *t)
{
	return (struct slice){ t->data, t->len };
}

static void grow(struct text *t, size_t more)
{
	size_t room = t->room > 0 ? t->room : ROOM_FIRST;

	while (room < SIZE_MAX / 4 && room - t->len <= more)
		room *= 2;
	char *data = room - t->len > more ? realloc(t->data, room) : NULL;

	if (data == NULL) {
		stderr_printf("heddle: out of memory (%zu bytes)\n", room);
		abort();
	}
	t->data = data;
	t->room = room;
}

/* Room for `more` bytes and the NUL. */
static inline void reserve(struct text *t, size_t more)
{
	/* not len + more < room: that sum can overflow */
	if (t->room <= t->len || more >= t->room - t->len)
		grow(t, more);
}

char *text_extend(struct text *t, size_t len)
{
	char *at;

	reserve(t, len);
	at = t->data + t->len;
	t->len += len;
	t->data[t->len] = '\0';
	return at;
}

void text_append(struct text *t, const void *bytes, size_t len)
{
	char *at = text_extend(t, len);

	if (len > 0)
		memcpy(at, bytes, len);
}

void text_puts(struct text *t, const char *text)
{
	text_append(t, text, strlen(text));
}

void text_putc(struct text *t, char c)
{
	*text_extend(t, 1) = c;
}

void text_printf(struct text *t, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	text_vprintf(t, fmt, args);
	va_end(args);
}

void text_vprintf(struct text *t, const char *fmt, va_list args)
{
	va_list again;

	va_copy(again, args);
	reserve(t, 0);
	int len = vsnprintf(t->data + t->len, t->room - t->len, fmt, args);

	if (len > 0 && (size_t)len >= t->room - t->len) {
		reserve(t, (size_t)len);
		vsnprintf(t->data + t->len, t->room - t->len, fmt, again);
	}
	va_end(again);
	if (len > 0)
		t->len += (size_t)len;
	t->data[t->len] = '\0';
}

static void json_escaped(struct text *t, unsigned char c)
{
	static const char names[] = "btn\0fr"; /* from \b (8) to \r (13) */
	char escape[JSON_ESCAPED];

	if (c >= '\b' && c <= '\r' && names[c - '\b'] != '\0')
		text_printf(t, "\\%c", names[c - '\b']);
	else
		text_append(t, escape, json_escape(escape, c));
}

/*
 * The number of a character that YAML does not have, or takes for the end of a line: libyaml
 * would refuse the text, or read something else. 0: it can be written as it is.
 */
static unsigned yaml_unwritable(const char *bytes, size_t len)
{
	const unsigned char *b = (const unsigned char *)bytes;
	unsigned code = 0;

	if (len == 2 && b[0] == 0xc2 && b[1] < 0xa0)
		code = b[1];
	else if (len == 3)
		code = (b[0] & 0x0fU) << 12 | (b[1] & 0x3fU) << 6 | (b[2] & 0x3fU);
	if (len == 3 && code != 0x2028 && code != 0x2029 && code != 0xfeff && code < 0xfffe)
		code = 0;
	return code;
}

/* How many bytes from there on are characters of ASCII that nothing escapes. */
static size_t plain(struct slice bytes, size_t from)
{
	size_t i = from;

	while (i < bytes.len && bytes.data[i] >= ' ' && bytes.data[i] < 0x7f &&
	       bytes.data[i] != '"' && bytes.data[i] != '\\')
		i++;
	return i - from;
}

void text_json(struct text *t, struct slice bytes)
{
	text_putc(t, '"');
	for (size_t i = 0; i < bytes.len;) {
		size_t len = plain(bytes, i);
		unsigned char c;
		unsigned code;

		text_append(t, bytes.data + i, len);
		i += len;
		if (i == bytes.len)
			break;
		c = (unsigned char)bytes.data[i];
		len = utf8_length(bytes.data + i, bytes.len - i);
		code = yaml_unwritable(bytes.data + i, len);
		if (code != 0)
			text_printf(t, "\\u%04x", code);
		else if (c == '"' || c == '\\' || c < 0x20 || c == 0x7f || len == 0)
			json_escaped(t, c);
		else
			text_append(t, bytes.data + i, len);
		i += len > 0 ? len : 1;
	}
	text_putc(t, '"');
}
