/* SPDX-License-Identifier: BSD-2-Clause */
#include "config/conf_bytes.h"

#include <string.h>

#include "config/conf_types.h"
#include "core/arena.h"
#include "core/regex.h"
#include "core/text.h"

static int hex(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c != '\0' ? strchr(digits, c | 0x20) : NULL;

	/* | 0x20 makes small letters, and a digit of few other bytes: those are below '0' */
	return at != NULL && c >= '0' ? (int)(at - digits) : -1;
}

/* One byte or escape at the front of the text: its length. 0: no escape begins like that. */
static size_t take(struct slice text, unsigned char *byte)
{
	static const char letters[] = "rnt\\", meant[] = "\r\n\t\\";
	const char *letter;

	*byte = (unsigned char)text.data[0];
	if (*byte != '\\')
		return 1;
	if (text.len >= 4 && text.data[1] == 'x' && hex(text.data[2]) >= 0 &&
	    hex(text.data[3]) >= 0) {
		*byte = (unsigned char)(hex(text.data[2]) * 16 + hex(text.data[3]));
		return 4;
	}
	letter = text.len >= 2 ? memchr(letters, text.data[1], sizeof(letters) - 1) : NULL;
	if (letter == NULL)
		return 0;
	*byte = (unsigned char)meant[letter - letters];
	return 2;
}

/* `escaped`: it was \xNN, and so cannot be part of a character of UTF-8. */
static void put(unsigned char byte, bool escaped, struct text *out)
{
	bool control = byte < ' ' && strchr("\r\n\t", byte) == NULL;

	if (byte == '\\')
		text_puts(out, "\\\\");
	else if (byte == '\0' || control || byte == 0x7f || (escaped && byte > 0x7f))
		text_printf(out, "\\x%02x", byte);
	else
		text_putc(out, (char)byte);
}

static bool read_bytes(const struct node *node, const struct directive *d,
		       const struct conf_place *place, struct text *out)
{
	size_t count = 0;

	for (struct slice rest = node->value; rest.len != 0; count++) {
		unsigned char byte;
		size_t step = take(rest, &byte);

		if (step == 0)
			return conf_types_wrong(node, d, place,
						"a backslash begins \\r \\n \\t or \\xNN; write "
						"\\\\ for itself");
		put(byte, step == 4, out);
		rest = slice_after(rest, step);
	}
	return count <= CONF_BYTES ||
		conf_types_wrong(node, d, place, "it is longer than 4096 bytes");
}

static bool parse_bytes(const struct node *node, const struct directive *d,
			const struct conf_place *place, void *field)
{
	struct text read;
	bool ok;

	if (!conf_types_scalar(node, d->type->name, place))
		return false;
	text_init(&read);
	ok = read_bytes(node, d, place, &read);
	if (ok)
		*(const char **)field =
			read.len != 0 ? arena_copy(place->arena, text_slice(&read)) : NULL;
	text_close(&read);
	return ok;
}

void conf_bytes_append(const char *field, struct text *out)
{
	for (struct slice rest = slice_of(field); rest.len != 0;) {
		unsigned char byte;
		size_t step = take(rest, &byte);

		text_putc(out, (char)byte);
		rest = slice_after(rest, step != 0 ? step : 1);
	}
}

/* Compiled for its errors alone: an object has no pointers. Who matches compiles it again. */
static bool parse_regex(const struct node *node, const struct directive *d,
			const struct conf_place *place, void *field)
{
	struct regex regex;
	char why[REGEX_WHY];

	if (!conf_types_scalar(node, d->type->name, place))
		return false;
	if (conf_types_control(node->value))
		return conf_types_wrong(node, d, place,
					"write \\xNN for a control character, such as \\x00");
	if (!regex_compile(&regex, node->value, why))
		return conf_types_wrong(node, d, place, why);
	regex_close(&regex);
	*(const char **)field = node->value.len != 0 ? arena_copy(place->arena, node->value) : NULL;
	return true;
}

const struct conf_type conf_bytes = {
	.name = "a text with escapes",
	.size = sizeof(char *),
	.parse = parse_bytes,
	.print = conf_types_print_text,
	.strings = conf_types_visit_text,
};
const struct conf_type conf_regex = {
	.name = "a regular expression",
	.size = sizeof(char *),
	.parse = parse_regex,
	.print = conf_types_print_text,
	.strings = conf_types_visit_text,
};
