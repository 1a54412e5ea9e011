/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes the file of a cache, core/cache_file.h: the old file or the whole new one is there at any
 * moment. One process at a time does that, which has a lock of FILE.new while it is at it; another
 * heddle, or a writer that a killed resolver process has left behind, is waited for.
 */
#ifndef UDP_CACHE_WRITE_H
#define UDP_CACHE_WRITE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"

struct cache;

#define CACHE_WRITE_WAIT_MS 3000	/* less than a process has to end in */

/*
 * Live items of the cache, as the table has them. `until` (clock_ms()): how long it waits. `beat`
 * is called all the time, as long as it goes on; NULL: nobody asks. `why` has CACHE_PERSIST_WHY
 * bytes.
 */
bool cache_write_file(const struct cache *c, uint64_t until, void (*beat)(void),
		      char *why) MUST_CHECK;
/* FILE.new, which another process may be writing; -1: nobody is. */
int cache_write_lock(const char *path) MUST_CHECK;
bool cache_write_over(int fd) MUST_CHECK;	/* nobody is any more */
void cache_write_pause(void);	/* until the next look, where there is no loop */

#endif
