/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads the file of a cache, core/cache_file.h, in pieces, so that a million items block nobody;
 * and keeps what cannot be used: beside the file, as FILE.damaged, FILE.damaged.1 and so on, for
 * people to look at. What is set or removed meanwhile is newer than the file, and stays so: as
 * long as the file is being read, an item that is removed is kept as one that has ended.
 */
#ifndef UDP_CACHE_LOAD_H
#define UDP_CACHE_LOAD_H

#include "core/slice.h"

struct cache;

/*
 * A cache that has its entries and nothing else: the items of its file. All is logged. A small file
 * has been read when this returns; else the cache is `loading`, and cache_loaded() is called once
 * all is there. Then the table is marked as loaded.
 */
void cache_load(struct cache *c);
/* The rest is read at once. */
void cache_load_finish(struct cache *c);
/* The rest is not read, and the table not marked. */
void cache_load_stop(struct cache *c);
/* The cache was cleared: what comes is not used. */
void cache_load_clear(struct cache *c);
/* An item was not there, and is not to come: what the file has under the key is not used. */
void cache_load_forget(struct cache *c, struct slice key);
/* A reload has given it a file that it has not read: what lies there is kept as FILE.before. */
void cache_load_not(struct cache *c);

#endif
