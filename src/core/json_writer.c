/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/json_writer.h"

#include <string.h>

#include "core/slice.h"

#define DIGITS 20	/* of the largest number of 64 bits */

void json_writer_begin(struct json_writer *w, struct text *out, bool lines)
{
	*w = (struct json_writer){ .out = out, .lines = lines, .first = true };
}

static void line(const struct json_writer *w)
{
	char *to = text_extend(w->out, 1 + 2 * (size_t)w->depth);

	to[0] = '\n';
	memset(to + 1, ' ', 2 * (size_t)w->depth);
}

/* The member that was left out was written all the same. */
static void cut(struct json_writer *w)
{
	if (!w->leaves_out || w->depth != w->without_depth)
		return;
	text_truncate(w->out, w->left_out_at);
	w->first = w->left_out_first;
	w->leaves_out = false;
}

void json_writer_open(struct json_writer *w, char bracket)
{
	text_putc(w->out, bracket);
	w->depth++;
	w->first = true;
}

void json_writer_close(struct json_writer *w, char bracket)
{
	cut(w);
	w->depth--;
	if (w->lines && !w->first)
		line(w);
	w->first = false;
	text_putc(w->out, bracket);
}

void json_writer_item(struct json_writer *w)
{
	if (!w->first)
		text_putc(w->out, ',');
	w->first = false;
	if (w->lines)
		line(w);
}

static bool is_unwanted(const struct json_writer *w, const char *name)
{
	if (w->without == NULL || w->depth != w->without_depth)
		return false;
	for (const char *const *each = w->without; *each != NULL; each++) {
		if (**each == *name && strcmp(*each, name) == 0)
			return true;
	}
	return false;
}

static void leave_out(struct json_writer *w)
{
	w->leaves_out = true;
	w->left_out_at = w->out->len;
	w->left_out_first = w->first;
}

void json_writer_key(struct json_writer *w, const char *name)
{
	cut(w);
	if (is_unwanted(w, name))
		leave_out(w);
	json_writer_item(w);
	text_json(w->out, slice_of(name));
	text_append(w->out, ": ", w->lines ? 2 : 1);
}

void json_writer_string(struct json_writer *w, const char *value)
{
	if (value == NULL)
		json_writer_null(w);
	else
		text_json(w->out, slice_of(value));
}

/* Behind the digits; where they begin. */
static char *print(uint64_t value, char *end)
{
	do
		*--end = (char)('0' + value % 10);
	while ((value /= 10) != 0);
	return end;
}

void json_writer_integer(struct json_writer *w, int64_t value)
{
	char digits[DIGITS + 1], *end = digits + sizeof(digits);
	char *from = print(value < 0 ? -(uint64_t)value : (uint64_t)value, end);

	if (value < 0)
		*--from = '-';
	text_append(w->out, from, (size_t)(end - from));
}

void json_writer_fraction(struct json_writer *w, uint64_t value, unsigned divisor)
{
	char digits[DIGITS], *end = digits + sizeof(digits), *from = print(value / divisor, end);
	unsigned rest = (unsigned)(value % divisor);

	text_append(w->out, from, (size_t)(end - from));
	text_putc(w->out, '.');
	do {
		divisor /= 10;
		text_putc(w->out, (char)('0' + (divisor != 0 ? rest / divisor : 0)));
		rest = divisor != 0 ? rest % divisor : 0;
	} while (rest != 0);
}

void json_writer_null(struct json_writer *w)
{
	text_append(w->out, "null", 4);
}

void json_writer_put_string(struct json_writer *w, const char *name, const char *value)
{
	json_writer_key(w, name);
	json_writer_string(w, value);
}

void json_writer_put_integer(struct json_writer *w, const char *name, int64_t value)
{
	json_writer_key(w, name);
	json_writer_integer(w, value);
}

void json_writer_without(struct json_writer *w, const char *const *names)
{
	cut(w);
	w->without = names;
	w->without_depth = w->depth;
}
