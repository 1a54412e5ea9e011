/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One target of a fan-out: a connected socket of its own, so that what one target answers or does
 * not take concerns no other, and what became of the datagrams. Every datagram that the fan-out
 * has for a target is counted once: it was sent, or it was dropped for one reason. One that was
 * refused afterwards is counted when the system reports it, in the place of the one sent instead.
 * Those that wait for room in a unix socket are counted when they have been sent, or dropped.
 */
#ifndef UDP_FANOUT_TARGET_H
#define UDP_FANOUT_TARGET_H

#include <stdbool.h>
#include <stdint.h>

#include "config/config_fanout.h"
#include "core/addr.h"
#include "event/timer.h"
#include "udp/fanout_errors.h"
#include "udp/fanout_guard.h"
#include "udp/fanout_late.h"
#include "udp/fanout_log.h"

enum fanout_target_state {
	TARGET_UP,
	TARGET_DOWN,	/* refuses: it is sent one datagram in a while */
	TARGET_TRYING,	/* did not refuse that one: it is sent everything, and is not up yet */
};

struct fanout_target_options {
	char     interface[CONFIG_INTERFACE_MAX];	/* of a group; "": the system's choice */
	unsigned ttl;
	bool     keep;		/* datagrams have the address of their sender */
};

struct fanout_target {
	char        name[ADDR_TEXT];
	struct addr addr;
	struct fanout_target_options options;
	const char *fanout;		/* name of its fan-out, which outlives it */
	int         fd;			/* -1: not open */
	struct fanout_replay *replay;	/* of fanout_replay.c; NULL: none runs */
	int         keep_fd;		/* of fanout_keep.c; -1: not open */
	bool        wanted;		/* of whoever compares what there is with what is wanted */
	uint64_t    since;		/* new: it is sent what waits from that number on; else 0 */
	unsigned    segments;		/* largest datagram that is sent together with others */
	struct fanout_guard guard;
	enum fanout_target_state state;
	enum fanout_cause cause;	/* why it is down */
	uint64_t    probed_ms;		/* down: when it was sent the last one */
	struct timer quiet;		/* down or trying: no error until then, and it is up */
	void      (*up)(struct fanout_target *t);	/* it is up again; NULL: nobody cares */
	void       *owner;		/* of `up` */
	struct fanout_counts *counts;	/* in shared memory, or those of the next line */
	struct fanout_counts own;
	struct fanout_log log;
	struct fanout_late late;	/* of a unix socket that was full */
	uint64_t    room;		/* bytes that may wait there */
};

/* `before`: it had other options, and is removed; the counters go on. NULL: there was none. */
struct fanout_target *fanout_target_new(const struct addr *addr,
					const struct fanout_target_options *options,
					const char *fanout, struct fanout_target *before);
/* It is not configured any more: one that is made anew begins with zeros. */
void fanout_target_remove(struct fanout_target *t);
void fanout_target_free(struct fanout_target *t);

/* Opens it unless it is open. false: errno says why not. */
bool fanout_target_open(struct fanout_target *t);
void fanout_target_close(struct fanout_target *t);

/* It has refused, or cannot be sent to (`error`: errno); logged when it was up. */
void fanout_target_fail(struct fanout_target *t, enum fanout_cause cause, int error);
/* It is down and was sent something: unless that is refused, it is up in a while. */
void fanout_target_watch(struct fanout_target *t);
/* Datagrams of the batch from `at` on, for which there is no room: they wait, or are dropped. */
void fanout_target_full(struct fanout_target *t, const struct fanout_batch *b, unsigned at);
/* Sends what waits; after LATE_FAILED it is down, and nothing waits. */
enum fanout_late_state fanout_target_send_late(struct fanout_target *t);
/* Datagrams that were not refused as far as is known. Never less than before. */
uint64_t fanout_target_sent(const struct fanout_target *t);
/* Every second: logs when it begins and ceases to drop what it could have been sent. */
void fanout_target_log(struct fanout_target *t);

#endif
