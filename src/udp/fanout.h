/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A fan-out: what it is configured to do, its targets, and what it does with datagrams. It is a
 * receiver of datagrams (datagram_receiver.h): its listeners and its references are there, and
 * fanouts.c has its row.
 */
#ifndef UDP_FANOUT_H
#define UDP_FANOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "config/config_fanout.h"
#include "core/log.h"
#include "udp/datagram_receiver.h"
#include "udp/fanout_names.h"
#include "udp/fanout_queue.h"
#include "udp/fanout_senders.h"
#include "udp/fanout_target.h"
#include "udp/fanout_totals.h"

struct datagram_slot;
struct object;

struct fanout {
	struct datagram_receiver receiver;
	struct object *object;
	const struct fanout_conf *conf;	/* of the object */
	struct map     wanted;		/* objects of its targets, by name */
	struct fanout_target **targets;
	unsigned       count;
	struct fanout_names names;
	struct fanout_queue queue;	/* while a name has no answer */
	struct fanout_senders senders;
	struct known  *known;		/* NULL: the fan-out is removed */
	uint32_t       turn;		/* of `sample` */
	struct fanout_log log;		/* of what the kernel drops */
	bool           looped;		/* logged: datagrams of ours come back */
	struct log_limit senders_told;	/* of `log_datagrams` */
	struct fanout_totals *totals;	/* in shared memory, or those of the next line */
	struct fanout_totals own;
};

struct fanout *fanout_new(const struct datagram_receiver_kind *kind, const char *path);
/* It is removed from the configuration: its known instances and counters are forgotten. */
void fanout_remove(struct fanout *f);
void fanout_free(struct fanout *f);
/* The object passes to it. */
void fanout_set_object(struct fanout *f, struct object *object);
/* A target is configured, or another one has its name; the object passes to it. */
void fanout_put_target(struct fanout *f, struct object *object);
void fanout_delete_target(struct fanout *f, struct slice name);
/* Opens and closes targets, so that they are those that are wanted. The others stay as they are. */
void fanout_update(struct fanout *f);
/* Sets `wanted` in each target that is meant by a known_wish(): of its address, or of a name. */
void fanout_mark(struct fanout *f, uint32_t wish);

/*
 * Sends what waits for room in unix sockets as far as there is some; *sent is set if any was taken.
 * true: something waits still.
 */
bool fanout_flush(struct fanout *f, bool *sent);
/* Every second: logs when datagrams begin and cease to be dropped. */
void fanout_log(struct fanout *f);

/* Datagrams as they were received: each is sent to all targets, or dropped and counted. */
void fanout_take(struct fanout *f, struct datagram_slot *slots, unsigned count);

#endif
