/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a fan-out counts; what its targets count is in fanout_errors.h. Both lie in shared memory
 * (core/counter_rows.h), so that they go on when the resolver process dies and another one
 * begins.
 */
#ifndef UDP_FANOUT_TOTALS_H
#define UDP_FANOUT_TOTALS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"
#include "udp/fanout_errors.h"

struct fanout_drops {	/* datagrams that no target gets, by cause */
	uint64_t kernel;	/* before they were received: the queue of a socket was full */
	uint64_t denied, loop, sampled, too_long;
	uint64_t no_target;
	uint64_t other;		/* no announcement, and protocol: uwsgi_subscription */
	uint64_t queue;		/* waited for a name, and gave way to later ones */
};

struct fanout_totals {
	uint64_t            received;
	struct fanout_drops dropped;
};

/* This process counts from now on. false: logged. */
bool fanout_totals_open(void) MUST_CHECK;
/* What a predecessor has left and nobody has taken is forgotten. */
void fanout_totals_give_left(void);

/*
 * Those of the fan-out with that name, and of its target, as a predecessor has left them. `own` is
 * where they are counted if there is no room, which is logged.
 */
struct fanout_totals *fanout_totals_take(const char *fanout, struct fanout_totals *own);
struct fanout_counts *fanout_totals_take_target(const char *fanout, const char *target,
						struct fanout_counts *own);
/* It is removed, and counts in `own` from now on: another one of its name begins with zeros. */
struct fanout_totals *fanout_totals_give(struct fanout_totals *totals, struct fanout_totals *own);
struct fanout_counts *fanout_totals_give_target(struct fanout_counts *counts,
						struct fanout_counts *own);

/*
 * What the kernel had dropped at a socket when that was last asked; `id` is its address's. The
 * socket is the master's and drops on while no resolver process runs. NULL: no room.
 */
struct fanout_seen {
	uint64_t known;		/* 0: nobody has asked yet */
	uint64_t dropped;
};
struct fanout_seen *fanout_totals_take_seen(uint32_t id);
void fanout_totals_give_seen(struct fanout_seen *seen);

#endif
