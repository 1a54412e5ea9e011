/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of a cache; for cache*.c alone. */
#ifndef UDP_CACHE_TABLE_H
#define UDP_CACHE_TABLE_H

#include <stdbool.h>

struct cache;

/* Makes or finds it; false: there is no room. */
bool cache_table_open(struct cache *c);
void cache_table_report(const struct cache *c);	/* why there is none */
/* All items are gone, with their cells. */
void cache_table_drop(struct cache *c);

#endif
