/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/cache_door.h"

#include <string.h>

static size_t write_head(char kind, struct slice name, char out[CACHE_DOOR_HEAD])
{
	out[0] = kind;
	out[1] = (char)name.len;
	if (name.len != 0)
		memcpy(out + 2, name.data, name.len);
	return 2 + name.len;
}

size_t cache_door_write(bool writes, struct slice name, char out[CACHE_DOOR_HEAD])
{
	return write_head(writes ? 'w' : 'r', name, out);
}

size_t cache_door_write_filled(struct slice name, char out[CACHE_DOOR_HEAD])
{
	return write_head('f', name, out);
}

/* Takes the length and the name off the front. */
static bool read_name(struct slice *bytes, struct slice *name)
{
	size_t len = bytes->len < 2 ? 0 : (unsigned char)bytes->data[1];

	if (bytes->len < 2 + len)
		return false;
	*name = (struct slice){ bytes->data + 2, len };
	*bytes = slice_after(*bytes, 2 + len);
	return true;
}

bool cache_door_read_filled(struct slice bytes, struct slice *name)
{
	return bytes.len != 0 && bytes.data[0] == 'f' && read_name(&bytes, name);
}

bool cache_door_read(struct slice *bytes, bool *writes, struct slice *name)
{
	char kind = bytes->len != 0 ? bytes->data[0] : '\0';

	*writes = kind == 'w';
	return (kind == 'r' || kind == 'w') && read_name(bytes, name);
}
