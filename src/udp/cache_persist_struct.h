/* SPDX-License-Identifier: BSD-2-Clause */
/* The file of a cache: cache_persist.h. */
#ifndef UDP_CACHE_PERSIST_STRUCT_H
#define UDP_CACHE_PERSIST_STRUCT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "event/event.h"

#define CACHE_PERSIST_WHY 300

struct cache_persist {
	struct event event;	/* what the process that writes says, and its end */
	pid_t        pid;	/* of it; 0: none */
	bool         held;	/* what lies there could not be kept: nothing is written */
	char         why[CACHE_PERSIST_WHY];	/* as far as the process has said it */
	char         failing[CACHE_PERSIST_WHY];	/* what was told; "": it is written */
	uint64_t     next_ms;	/* not before then, clock_ms() */
	uint64_t     written;	/* seconds since 1970: of the last file; 0: none yet */
};

#endif
