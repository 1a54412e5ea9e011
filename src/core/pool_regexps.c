/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/pool_regexps.h"

#include <stdio.h>
#include <string.h>

/* The number is the value of this entry, which is no expression. */
static const struct slice number_key = { "number", 6 };

struct slice pool_regexps_name(const char *server, char buf[SHARED_TABLE_NAME + 1])
{
	int len = snprintf(buf, SHARED_TABLE_NAME + 1, POOL_REGEXPS_PREFIX "%s", server);

	return (struct slice){ buf, (size_t)len < SHARED_TABLE_NAME ? (size_t)len
								    : SHARED_TABLE_NAME };
}

uint64_t pool_regexps_number(const struct shared_table *t)
{
	static struct shared_entry entry;
	uint64_t number = 0;

	if (shared_table_get(t, number_key, &entry) && entry.value.len == sizeof(number))
		memcpy(&number, entry.value.data, sizeof(number));
	return number;
}

/* false: no memory. */
static bool raise(struct shared_table *t)
{
	uint64_t number = pool_regexps_number(t) + 1;

	return shared_table_put(t, number_key, (struct slice){ (char *)&number, sizeof(number) },
				0, true) < SHARED_PUT_REFUSED;
}

bool pool_regexps_add(struct shared_table *t, struct slice key)
{
	bool room = shared_table_count(t) < POOL_REGEXPS_MAX + 1;

	switch (shared_table_put(t, key, slice_of("~"), 0, room)) {
	case SHARED_PUT_SAME:
		return true;
	case SHARED_PUT_NEW:
	case SHARED_PUT_REPLACED:
		return raise(t);
	case SHARED_PUT_REFUSED:
	case SHARED_PUT_FULL:
		break;
	}
	return false;
}

void pool_regexps_remove(struct shared_table *t, struct slice key)
{
	if (shared_table_remove(t, key))
		(void)!raise(t);
}
