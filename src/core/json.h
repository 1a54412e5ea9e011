/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes that a JSON string cannot hold as they are. */
#ifndef CORE_JSON_H
#define CORE_JSON_H

#include <stddef.h>

#define JSON_ESCAPED 6	/* bytes of the longest escape, \u00XX */

/* Writes the escape of one byte; how many bytes that are. */
static inline size_t json_escape(char to[JSON_ESCAPED], unsigned char byte)
{
	static const char hex[] = "0123456789abcdef";

	to[0] = '\\';
	if (byte == '"' || byte == '\\') {
		to[1] = (char)byte;
		return 2;
	}
	to[1] = 'u';
	to[2] = to[3] = '0';
	to[4] = hex[byte >> 4];
	to[5] = hex[byte & 15];
	return JSON_ESCAPED;
}

#endif
