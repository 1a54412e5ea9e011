/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a cache has from entries, or from lines of a mapping file, that a reload has taken away, and
 * what its script clears: while that script runs, which may set the same keys, it is left for
 * readers. For whoever sets or asks by the resolver process it is there no more. It goes when the
 * script has run, or after a minute.
 */
#ifndef UDP_CACHE_LEAVE_H
#define UDP_CACHE_LEAVE_H

#include "udp/cache.h"

/* A reload is put in place, and its script, if it has one then, is to run. */
void cache_leave_begin(struct cache *c);
/* Whether its script is to run. */
bool cache_leave_lasts(const struct cache *c) MUST_CHECK;
/* It has run, or will not. */
void cache_leave_end(struct cache *c);
/* Now and then: not for ever. */
void cache_leave_tick(struct cache *c);

/* An item that is there. false: there is no room. */
bool cache_leave_item(struct cache *c, struct slice key, struct slice value) MUST_CHECK;
/* With its value as the table has it, which needs no memory. */
bool cache_leave_mark(struct cache *c, struct slice key, struct slice entry) MUST_CHECK;
/* As cache_get(), and what is left is not there. */
bool cache_leave_get(struct cache *c, struct slice key, struct slice *value,
		     uint64_t *stamp) MUST_CHECK;
/* What it came from has gone. */
bool cache_leave_gone(const struct cache *c, uint64_t stamp) MUST_CHECK;
/* The item with this stamp is left, as long as that lasts. */
bool cache_leave_has(const struct cache *c, uint64_t stamp) MUST_CHECK;

#endif
