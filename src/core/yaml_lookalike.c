/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Signs that word processors and web pages put in the place of quotes, dashes
 * and blanks. They are letters for YAML, so that the text is another one than
 * its writer sees.
 */
#include <string.h>

#include "core/text.h"
#include "core/yaml_parts.h"

enum { AT_AN_END, AT_THE_FRONT, ANYWHERE };

static const struct {
	const char *sign;
	int         place;
	const char *message;	/* behind the sign */
} signs[] = {
	{ "\xe2\x80\x9c", AT_AN_END, "is a typographic quote; write \"" },
	{ "\xe2\x80\x9d", AT_AN_END, "is a typographic quote; write \"" },
	{ "\xe2\x80\x9e", AT_AN_END, "is a typographic quote; write \"" },
	{ "\xc2\xab", AT_AN_END, "is a typographic quote; write \"" },
	{ "\xc2\xbb", AT_AN_END, "is a typographic quote; write \"" },
	{ "\xe2\x80\x98", AT_AN_END, "is a typographic quote; write '" },
	{ "\xe2\x80\x99", AT_AN_END, "is a typographic quote; write '" },
	{ "\xe2\x80\x9a", AT_AN_END, "is a typographic quote; write '" },
	{ "\xc2\xb4", AT_AN_END, "is an accent; write '" },
	{ "\xe2\x80\x93", AT_THE_FRONT, "is a typographic dash; write -" },
	{ "\xe2\x80\x94", AT_THE_FRONT, "is a typographic dash; write -" },
	{ "\xe2\x88\x92", AT_THE_FRONT, "is a minus sign; write -" },
	{ "\xef\xbc\x9a", ANYWHERE, "is a wide colon; write :" },
	{ "\xef\xbc\x8c", ANYWHERE, "is a wide comma; write ," },
	{ "\xe3\x80\x80", ANYWHERE, "(U+3000) is a wide blank; write an ordinary one" },
	{ "\xc2\xa0", ANYWHERE, "(U+00A0) is a no-break space; write an ordinary blank" },
	{ "\xe2\x80\xaf", ANYWHERE, "(U+202F) is a no-break space; write an ordinary blank" },
	{ "\xe2\x80\x8b", ANYWHERE, "(U+200B) is a blank without width; delete it" },
	{ "\xef\xbb\xbf", ANYWHERE, "(U+FEFF) is a byte order mark; delete it" },
};

static bool is_there(struct slice text, const char *sign, int place)
{
	size_t len = strlen(sign);

	if (text.len < len)
		return false;
	if (place == ANYWHERE)
		return memmem(text.data, text.len, sign, len) != NULL;
	return memcmp(text.data, sign, len) == 0 ||
		(place == AT_AN_END && memcmp(text.data + text.len - len, sign, len) == 0);
}

/* None of the signs has a byte below 128, and nearly no text has another. */
static bool is_ascii(struct slice text)
{
	unsigned char all = 0;

	for (size_t i = 0; i < text.len; i++)
		all |= (unsigned char)text.data[i];
	return all < 128;
}

bool yaml_lookalike(struct slice text, struct text *message)
{
	if (is_ascii(text))
		return false;
	for (size_t i = 0; i < COUNT(signs); i++) {
		if (!is_there(text, signs[i].sign, signs[i].place))
			continue;
		text_printf(message, "\"%s\" %s", signs[i].sign, signs[i].message);
		return true;
	}
	return false;
}
