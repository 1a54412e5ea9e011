/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The sockets of one listening address of a fan-out: copies of the master's. Datagrams are
 * received many at a time into buffers of the process, and given to the fan-out.
 */
#ifndef UDP_FANOUT_LISTENER_H
#define UDP_FANOUT_LISTENER_H

#include <stdbool.h>
#include <stdint.h>

#include "config/config_fanout.h"
#include "core/addr.h"
#include "core/list.h"
#include "event/event.h"
#include "udp/fanout_guard.h"

struct change_address;
struct fanout;
struct fanout_seen;

struct fanout_listener {
	struct list     link;
	uint32_t        id;		/* the master's */
	struct addr     addr;
	struct event    event;
	struct fanout  *fanout;		/* NULL: nobody's yet */
	char            on[CONFIG_INTERFACE_MAX];	/* for its group; "": the system's choice */
	unsigned        interface;	/* the number of that, when it was joined */
	bool            joined;
	bool            told;		/* logged: it could not be joined */
	unsigned        dropped;	/* by the kernel, as it said last */
	struct fanout_seen *seen;	/* the same in shared memory; NULL: not in use yet */
	struct fanout_door door;
	struct deferred gone;
};

/* The sockets are its own from now on. */
struct fanout_listener *fanout_listener_new(const struct change_address *address);
void fanout_listener_free(struct fanout_listener *l);
/* Its address is closed for good, and it is freed. */
void fanout_listener_close(struct fanout_listener *l);

/* The fan-out that gets its datagrams; of a multicast group, on that interface (NULL: any). */
void fanout_listener_use(struct fanout_listener *l, struct fanout *fanout, const char *interface);
/* Takes what waits, until there is nothing. */
void fanout_listener_drain(struct fanout_listener *l);
/* Every second: an interface may have come, or be another one of the name. */
void fanout_listener_join_again(struct fanout_listener *l);
/* Adds what the kernel has dropped since the last call to its fan-out's counter. */
void fanout_listener_count(struct fanout_listener *l);

#endif
