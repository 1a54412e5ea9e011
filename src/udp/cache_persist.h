/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The file that live items of a cache survive a restart in: core/cache_file.h. It is written by a
 * process of its own, which reads the items as workers do, so that the disk holds nobody up.
 */
#ifndef UDP_CACHE_PERSIST_H
#define UDP_CACHE_PERSIST_H

#include <stdint.h>

struct cache;

/* A cache that has no items yet: those of its file. Damage is logged, and the file kept. */
void cache_persist_load(struct cache *c);
/* Now and then: begins a file if items have changed and it is time. */
void cache_persist_tick(struct cache *c, uint64_t now_ms);
/* The process ends: the file is whole when this returns. */
void cache_persist_finish(struct cache *c);
/* The cache is removed: nothing is written any more. */
void cache_persist_stop(struct cache *c);

#endif
