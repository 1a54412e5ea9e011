/* SPDX-License-Identifier: BSD-2-Clause */
/* Text that grows at its end; JSON strings. */
#include "core/text.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

const char *text_cstr(struct text *t)
{
	return t->data != NULL ? t->data : "";
}

struct slice text_slice(const struct text *t)
{
	return (struct slice){ t->data, t->len };
}

/* Room for `more` bytes and the NUL. */
static void reserve(struct text *t, size_t more)
{
	if (t->room > t->len && more < t->room - t->len)
		return;
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

void text_append(struct text *t, const void *bytes, size_t len)
{
	reserve(t, len);
	if (len > 0)
		memcpy(t->data + t->len, bytes, len);
	t->len += len;
	t->data[t->len] = '\0';
}

void text_puts(struct text *t, const char *text)
{
	text_append(t, text, strlen(text));
}

void text_putc(struct text *t, char c)
{
	text_append(t, &c, 1);
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

static void json_control(struct text *t, unsigned char c)
{
	static const char names[] = "btn\0fr"; /* from \b (8) to \r (13) */

	if (c >= '\b' && c <= '\r' && names[c - '\b'] != '\0')
		text_printf(t, "\\%c", names[c - '\b']);
	else
		text_printf(t, "\\u%04x", c);
}

void text_json(struct text *t, struct slice bytes)
{
	text_putc(t, '"');
	for (size_t i = 0; i < bytes.len;) {
		unsigned char c = (unsigned char)bytes.data[i];
		size_t len = utf8_length(bytes.data + i, bytes.len - i);

		if (c == '"' || c == '\\')
			text_printf(t, "\\%c", c);
		else if (c < 0x20 || c == 0x7f || len == 0)
			json_control(t, c);
		else
			text_append(t, bytes.data + i, len);
		i += len > 0 ? len : 1;
	}
	text_putc(t, '"');
}
