/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Datagrams that wait until a name has its first answer, or a unix socket has room: the newest that
 * there is room for. They are numbered, so that a target gets those that came since its name was
 * configured.
 */
#ifndef UDP_FANOUT_QUEUE_H
#define UDP_FANOUT_QUEUE_H

#include <stdint.h>
#include <sys/socket.h>

#include "core/list.h"
#include "core/slice.h"

struct fanout_queue {
	struct list list;	/* oldest first */
	uint64_t    next;	/* number of the next one */
	uint64_t    bytes, count;
	uint64_t    dropped;	/* the oldest, for want of room */
};

struct fanout_queued {
	struct list     link;
	uint64_t        number;
	struct sockaddr_storage sender;
	size_t          len;
	char            bytes[];
};

void fanout_queue_open(struct fanout_queue *q);
void fanout_queue_clear(struct fanout_queue *q);
/* The oldest is forgotten; there is one. */
void fanout_queue_drop(struct fanout_queue *q);
/* A copy is the last one now; `room` is how many bytes there may be. */
void fanout_queue_add(struct fanout_queue *q, uint64_t room, struct slice bytes,
		      const struct sockaddr *sender);
/* The first one from that number on; NULL: there is none. */
const struct fanout_queued *fanout_queue_from(const struct fanout_queue *q, uint64_t number);
const struct fanout_queued *fanout_queue_next(const struct fanout_queue *q,
					      const struct fanout_queued *at);

#endif
