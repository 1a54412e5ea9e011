/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A fan-out: what it is configured to do, its targets, and what it does with datagrams. It has no
 * sockets to receive from: fanout_listener.c has. Fan-outs outlive their configuration as long as
 * a listener is being closed whose datagrams are still theirs.
 */
#ifndef UDP_FANOUT_H
#define UDP_FANOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "config/config_fanout.h"
#include "core/log.h"
#include "core/map.h"
#include "udp/fanout_names.h"
#include "udp/fanout_queue.h"
#include "udp/fanout_senders.h"
#include "udp/fanout_target.h"
#include "udp/fanout_totals.h"

struct datagram_slot;
struct object;
struct object_kind;

struct fanout {
	struct list    link;		/* of fanouts.c */
	const char    *name;		/* points into no object: it stays while objects change */
	struct object *object;
	const struct fanout_conf *conf;	/* of the object */
	struct map     wanted;		/* objects of its targets, by name */
	struct map     listens;		/* objects of its listeners, by name: the printed address */
	struct fanout_target **targets;
	unsigned       count;
	struct fanout_names names;
	struct fanout_queue queue;	/* while a name has no answer */
	struct fanout_senders senders;
	struct known  *known;		/* NULL: the fan-out is removed */
	uint32_t       turn;		/* of `sample` */
	uint32_t       references;	/* the table, and listeners */
	bool           removed;		/* from the configuration */
	struct fanout_log log;		/* of what the kernel drops */
	bool           looped;		/* logged: datagrams of ours come back */
	struct log_limit senders_told;	/* of `log_datagrams` */
	struct fanout_totals *totals;	/* in shared memory, or those of the next line */
	struct fanout_totals own;
};

struct fanout *fanout_new(const char *name);
void fanout_hold(struct fanout *f);
/* It is removed from the configuration: its known instances and counters are forgotten. */
void fanout_remove(struct fanout *f);
void fanout_release(struct fanout *f);
/* The object passes to it. */
void fanout_set_object(struct fanout *f, struct object *object);
/* A target or a listener is configured, or another one has its name; the object passes to it. */
void fanout_put_child(struct fanout *f, struct object *object);
void fanout_delete_child(struct fanout *f, const struct object_kind *kind, struct slice name);
/* Opens and closes targets, so that they are those that are wanted. The others stay as they are. */
void fanout_update(struct fanout *f);
/* Sets `wanted` in each target that is meant by a known_wish(): of its address, or of a name. */
void fanout_mark(struct fanout *f, uint32_t wish);

/*
 * The end: what waits for room in unix sockets is sent for as long as their readers make some, for
 * a moment at most. The list has all fan-outs.
 */
void fanout_flush(struct list *fanouts);
/* Every second: logs when datagrams begin and cease to be dropped. */
void fanout_log(struct fanout *f);

/* Datagrams as they were received: each is sent to all targets, or dropped and counted. */
void fanout_take(struct fanout *f, struct datagram_slot *slots, unsigned count);

#endif
