/* SPDX-License-Identifier: BSD-2-Clause */
/* The part of the resolver process that has the caches: core/cache_item.h. */
#ifndef UDP_CACHE_PART_H
#define UDP_CACHE_PART_H

#include "core/slice.h"
#include "udp/resolver_part.h"

struct cache;

extern const struct resolver_part cache_part;

/* By its name; NULL: there is none. */
struct cache *cache_part_find(struct slice name);

#endif
