/* SPDX-License-Identifier: BSD-2-Clause */
/* One stream of the remote cache protocol: requests are read, carried out and answered in turn. */
#ifndef UDP_CACHE_STREAM_H
#define UDP_CACHE_STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include "core/list.h"
#include "core/slice.h"
#include "event/conn.h"

#define CACHE_STREAM_NAME 255

struct cache_stream {
	struct list  link;
	struct conn  conn;
	struct timer timer;	/* of silence */
	struct deferred later;
	bool         writes;	/* its requests may change items */
	bool         own;	/* of a process of heddle's: it may send one after the other */
	bool         over;	/* nothing is read any more: it ends once `out` is sent */
	char         name[CACHE_STREAM_NAME + 1];	/* of the cache; empty: requests name it */
	char        *in, *out;	/* NULL while they are empty */
	size_t       in_len, in_room, out_len, out_sent;
};

/* It is on the list until it ends by itself. The descriptor passes to it. */
void cache_stream_begin(struct list *all, int fd, struct slice bytes);
void cache_stream_end(struct cache_stream *s);

#endif
