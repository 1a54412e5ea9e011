/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Live items in the place of what is written down: an entry, or a line of the mapping file. It is
 * back when the live item ends or is removed.
 */
#ifndef UDP_CACHE_COVER_H
#define UDP_CACHE_COVER_H

#include "udp/cache.h"

/* As cache_set(), of a live item. */
enum cache_result cache_cover_set(struct cache *c, struct slice key, struct slice value,
				  uint64_t end_ms, bool replaces) MUST_CHECK;
/* An item that has ended, or is to be removed; the key may be that of a view of the table. */
void cache_cover_end(struct cache *c, struct slice key);
/* All live items end. */
void cache_cover_clear(struct cache *c);
/* They do for the script that is to run, and are left for readers as long: cache_leave.h. */
void cache_cover_leave(struct cache *c);

/* For the reader. A line that is not set, because the live item of the key stays. */
void cache_cover_line(struct cache *c, struct slice key, struct slice value, uint64_t stamp);
/* What was covered is there no more, or was replaced. */
void cache_cover_forget(struct cache *c, struct slice key);

#endif
