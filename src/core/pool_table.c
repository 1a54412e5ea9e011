/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/pool_table.h"

#include <stdio.h>

struct slice pool_table_name(const char *server, char buf[SHARED_TABLE_NAME + 1])
{
	int len = snprintf(buf, SHARED_TABLE_NAME + 1, POOL_TABLE_PREFIX "%s", server);

	return (struct slice){ buf, (size_t)len < SHARED_TABLE_NAME ? (size_t)len
								    : SHARED_TABLE_NAME };
}

bool pool_table_find(const char *server, struct shared_table *t)
{
	struct shared_region *region = known_table_region();
	char name[SHARED_TABLE_NAME + 1];

	return region != NULL && shared_table_find(region, pool_table_name(server, name), t);
}
