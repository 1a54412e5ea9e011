/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a unix socket had no room for. Its queue is short, ten datagrams on many systems, and more
 * than that come together: they wait here until its reader has made room, in order, so many as the
 * `queue` of the fan-out has room for, and as long as the reader reads: half a second without
 * anything read, and all are given up. Sockets with ports have large buffers of their own and need
 * none of this. Part of a target, which alone uses it.
 */
#ifndef UDP_FANOUT_LATE_H
#define UDP_FANOUT_LATE_H

#include <stdbool.h>
#include <stdint.h>

#include "event/timer.h"
#include "udp/fanout_queue.h"

struct fanout_batch;

enum fanout_late_state {
	LATE_NONE,	/* nothing waits */
	LATE_FULL,	/* there is no room yet */
	LATE_STUCK,	/* nor will there be: all that waits is to be given up */
	LATE_FAILED,	/* errno says why; all of it waits still */
};

struct fanout_late {
	struct fanout_queue queue;
	struct timer        timer;	/* pending: try again */
	uint32_t            pause_ms;
	bool                stuck;	/* nothing was read when `stuck_at` were handed over */
	uint64_t            stuck_at;
	uint64_t            moved_ms;	/* loop clock: when some was read, or began to wait */
};

void fanout_late_open(struct fanout_late *late, timer_handler *again);
void fanout_late_close(struct fanout_late *late);
/*
 * Datagrams of the batch from `at` on; `handed` is how many the socket has taken so far. Returns
 * how many, of these or of before, had no room.
 */
uint64_t fanout_late_add(struct fanout_late *late, uint64_t room, const struct fanout_batch *b,
			 unsigned at, uint64_t handed);
/* Sends what there is room for on the socket, and adds their number to `handed`. */
enum fanout_late_state fanout_late_send(struct fanout_late *late, int fd, uint64_t *handed);

static inline bool fanout_late_waits(const struct fanout_late *late)
{
	return late->queue.count != 0;
}

#endif
