/* SPDX-License-Identifier: BSD-2-Clause */
/* All caches that are configured, for the resolver process. */
#ifndef UDP_CACHES_H
#define UDP_CACHES_H

#include <stdbool.h>

#include "core/slice.h"
#include "udp/cache.h"

void caches_open(void);
/* The next one, in the order in which they came; `after`: NULL: the first. NULL: no more. */
struct cache *caches_next(const struct cache *after);
/* By its name; NULL: there is none. */
struct cache *caches_find(struct slice name);
/* A new one; the object passes to it. */
struct cache *caches_add(struct object *object);
/* With `drop` its items are gone, too; else they are there for a successor. */
void caches_remove(struct cache *c, bool drop);

#endif
