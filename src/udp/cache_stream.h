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

struct cache_streams;

struct cache_stream {
	struct list  link;
	struct cache_streams *all;
	struct conn  conn;
	struct timer timer;	/* until the request is over */
	struct deferred later;
	bool         writes;	/* its requests may change items */
	bool         own;	/* of a process of heddle's: it may send one after the other */
	bool         over;	/* nothing is read any more: it ends once `out` is sent */
	char         name[CACHE_STREAM_NAME + 1];	/* of the cache; empty: requests name it */
	char        *in, *out;	/* NULL while they are empty */
	size_t       in_len, in_room, out_len, out_sent;
};

struct cache_streams {
	struct list clients;	/* those that have waited longest first */
	struct list own;
	unsigned    count;	/* of clients */
};

void cache_streams_init(struct cache_streams *all);
/* It is there until it ends by itself. The descriptor passes to it. */
void cache_stream_begin(struct cache_streams *all, int fd, struct slice bytes);
/* The cache of the client that has waited longest. There is one. */
struct slice cache_streams_oldest(const struct cache_streams *all);
/* That one is closed. */
void cache_streams_drop(struct cache_streams *all);
void cache_stream_end(struct cache_stream *s);

#endif
