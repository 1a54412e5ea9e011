/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads the file of a cache, core/cache_file.h, and keeps what cannot be used: beside the file, as
 * FILE.damaged, FILE.damaged.1 and so on, for people to look at.
 */
#ifndef UDP_CACHE_LOAD_H
#define UDP_CACHE_LOAD_H

struct cache;

/* A cache that has its entries and nothing else: the items of its file. All is logged. */
void cache_load(struct cache *c);
/* A reload has given it a file that it has not read: what lies there is kept as FILE.before. */
void cache_load_not(struct cache *c);

#endif
