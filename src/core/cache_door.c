/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/cache_door.h"

#include <string.h>

size_t cache_door_write(bool writes, struct slice name, char out[CACHE_DOOR_HEAD])
{
	out[0] = writes ? 'w' : 'r';
	out[1] = (char)name.len;
	if (name.len != 0)
		memcpy(out + 2, name.data, name.len);
	return 2 + name.len;
}

bool cache_door_read(struct slice *bytes, bool *writes, struct slice *name)
{
	size_t len;

	if (bytes->len < 2 || (bytes->data[0] != 'r' && bytes->data[0] != 'w'))
		return false;
	len = (unsigned char)bytes->data[1];
	if (bytes->len < 2 + len)
		return false;
	*writes = bytes->data[0] == 'w';
	*name = (struct slice){ bytes->data + 2, len };
	*bytes = slice_after(*bytes, 2 + len);
	return true;
}
