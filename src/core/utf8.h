/* SPDX-License-Identifier: BSD-2-Clause */
/* Which bytes are UTF-8 as RFC 3629 has it: no surrogates, nothing overlong or above U+10FFFF. */
#ifndef CORE_UTF8_H
#define CORE_UTF8_H

#include <stddef.h>

/* Bytes of the character at the front of `bytes`; 0 when it is not a whole, valid one. */
static inline size_t utf8_length(const char *bytes, size_t len)
{
	const unsigned char *b = (const unsigned char *)bytes;

	if (len == 0)
		return 0;
	if (b[0] < 0x80)
		return 1;
	size_t need = b[0] < 0xc2 ? 0 : b[0] < 0xe0 ? 2 : b[0] < 0xf0 ? 3 : b[0] < 0xf5 ? 4 : 0;

	if (need == 0 || need > len)
		return 0;
	/* The second byte shows whether these are overlong, a surrogate or too high. */
	if ((b[0] == 0xe0 && b[1] < 0xa0) || (b[0] == 0xed && b[1] > 0x9f) ||
	    (b[0] == 0xf0 && b[1] < 0x90) || (b[0] == 0xf4 && b[1] > 0x8f))
		return 0;
	for (size_t i = 1; i < need; i++)
		if ((b[i] & 0xc0) != 0x80)
			return 0;
	return need;
}

#endif
