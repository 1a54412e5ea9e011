/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/check_excerpt.h"

#include <stdio.h>

#define END "...\""	/* of one that is cut */

static int put(char *to, size_t room, unsigned char byte)
{
	switch (byte) {
	case '\r':
		return snprintf(to, room, "\\r");
	case '\n':
		return snprintf(to, room, "\\n");
	case '\t':
		return snprintf(to, room, "\\t");
	case '"':
	case '\\':
		return snprintf(to, room, "\\%c", byte);
	default:
		return snprintf(to, room, byte < ' ' || byte > '~' ? "\\x%02x" : "%c", byte);
	}
}

const char *check_excerpt(struct slice bytes, char buf[CHECK_EXCERPT])
{
	size_t at = 0;

	buf[at++] = '"';
	for (size_t i = 0; i < bytes.len; i++) {
		if (at + 4 + sizeof(END) > CHECK_EXCERPT) {	/* \xNN is the longest */
			snprintf(buf + at, CHECK_EXCERPT - at, END);
			return buf;
		}
		at += (size_t)put(buf + at, CHECK_EXCERPT - at, (unsigned char)bytes.data[i]);
	}
	snprintf(buf + at, CHECK_EXCERPT - at, "\"");
	return buf;
}
