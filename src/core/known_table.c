/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/known_table.h"

#include <string.h>

#define MOST ((size_t)1 << (sizeof(void *) > 4 ? 33 : 28))	/* reserved, not committed */
#define LEAST ((size_t)64 << 20)

static struct shared_region region;

/* Where the address space is limited (ulimit -v), less will do. */
bool known_table_open(void)
{
	bool open = false;

	for (size_t bytes = MOST; !open && bytes >= LEAST; bytes /= 2)
		open = shared_region_open(&region, "known-instances", bytes);
	return open && shared_table_prepare(&region);
}

struct shared_region *known_table_region(void)
{
	return region.base != NULL ? &region : NULL;
}

struct slice known_table_key(const struct subscription *s, char buf[KNOWN_TABLE_KEY])
{
	bool named = s->address.len == 0;
	struct slice second = named ? s->vassal : s->address;
	size_t at = 1 + s->key.len;

	/* no two instances have the same bytes: the length of the key comes first */
	buf[0] = (char)s->key.len;
	if (s->key.len != 0)
		memcpy(buf + 1, s->key.data, s->key.len);
	buf[at++] = named ? 'v' : 'a';
	memcpy(buf + at, second.data, second.len);
	return (struct slice){ buf, at + second.len };
}
