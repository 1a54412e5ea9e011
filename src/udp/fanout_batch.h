/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Datagrams that are sent together, to each target the same. What the system calls need is
 * prepared once for all targets: each datagram by itself, and, where the system can (UDP_SEGMENT),
 * neighbours of one size as one. There is one batch; nobody keeps it.
 */
#ifndef UDP_FANOUT_BATCH_H
#define UDP_FANOUT_BATCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/uio.h>

#include "core/slice.h"
#include "udp/datagrams.h"

#define FANOUT_BATCH DATAGRAMS_BATCH	/* also the most that the kernel takes as one */

struct fanout_plan {
	struct datagram_slot *slots;
	unsigned              count;
	uint8_t               first[FANOUT_BATCH + 1];	/* datagram that slot i begins with */
};

struct fanout_batch {
	unsigned           count;
	struct iovec       bytes[FANOUT_BATCH];
	const struct sockaddr *sender[FANOUT_BATCH];
	struct fanout_plan single, grouped;	/* fanout_batch_plan() makes them */
	unsigned           segment;	/* bytes of the largest one that is sent with others */
};

/* The batch, empty. */
struct fanout_batch *fanout_batch_begin(void);
void fanout_batch_add(struct fanout_batch *b, struct slice bytes, const struct sockaddr *sender);
void fanout_batch_plan(struct fanout_batch *b);

#endif
