/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * When the file of a cache is written, and by whom: now and then by a process of its own, which
 * reads the items as workers do, so that the disk holds nobody up; at the end by this one.
 */
#ifndef UDP_CACHE_PERSIST_H
#define UDP_CACHE_PERSIST_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"

struct cache;
struct cache_conf;

/* Now and then: begins a file if items have changed and it is time. */
void cache_persist_tick(struct cache *c, uint64_t now_ms);
/* The process ends: the file is whole when this returns. */
void cache_persist_finish(struct cache *c);
/* The cache is removed: nothing is written any more. */
void cache_persist_stop(struct cache *c);
/* Its configuration is another one, and was `before`. */
void cache_persist_changed(struct cache *c, const struct cache_conf *before);
/* Whether both mean the same file, or none. */
bool cache_persist_same(const struct cache_conf *a, const struct cache_conf *b) MUST_CHECK;

#endif
