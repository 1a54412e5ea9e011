/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of a cache; for cache*.c alone. */
#ifndef UDP_CACHE_TABLE_H
#define UDP_CACHE_TABLE_H

struct cache;

void cache_table_open(struct cache *c);
/* All items are gone, with their cells. */
void cache_table_drop(struct cache *c);

#endif
