/* SPDX-License-Identifier: BSD-2-Clause */
/* The file of a cache: cache_persist.h. */
#ifndef UDP_CACHE_PERSIST_STRUCT_H
#define UDP_CACHE_PERSIST_STRUCT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "event/event.h"

struct cache_persist {
	struct event event;	/* the end of the process that writes */
	pid_t        pid;	/* of it; 0: none */
	uint64_t     next_ms;	/* not before then, clock_ms() */
	uint64_t     written;	/* seconds since 1970: of the last file; 0: none yet */
};

#endif
