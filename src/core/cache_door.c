/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/cache_door.h"

#include <string.h>

#define FIXED 6		/* bytes in front of the name */

size_t cache_door_write(const struct cache_door *door, char out[CACHE_DOOR_HEAD])
{
	out[0] = door->begins ? 'b' : door->filled ? 'f' : door->writes ? 'w' : 'r';
	for (unsigned i = 0; i < 4; i++)
		out[1 + i] = (char)(door->left_ms >> 8 * i & 0xff);
	out[5] = (char)door->name.len;
	if (door->name.len != 0)
		memcpy(out + FIXED, door->name.data, door->name.len);
	return FIXED + door->name.len;
}

bool cache_door_read(struct slice *bytes, struct cache_door *door)
{
	char kind = bytes->len >= FIXED ? bytes->data[0] : '\0';
	size_t len;

	if (kind != 'r' && kind != 'w' && kind != 'b' && kind != 'f')
		return false;
	len = (unsigned char)bytes->data[5];
	if (bytes->len < FIXED + len)
		return false;
	door->writes = kind == 'w';
	door->begins = kind == 'b';
	door->filled = kind == 'f';
	door->left_ms = 0;
	for (unsigned i = 0; i < 4; i++)
		door->left_ms |= (uint32_t)(unsigned char)bytes->data[1 + i] << 8 * i;
	door->name = (struct slice){ bytes->data + FIXED, len };
	*bytes = slice_after(*bytes, FIXED + len);
	return true;
}
