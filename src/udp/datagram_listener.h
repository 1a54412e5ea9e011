/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The socket of one listening address of a receiver of datagrams: a copy of the master's. Datagrams
 * are received many at a time into buffers of the process, and given to the receiver.
 */
#ifndef UDP_DATAGRAM_LISTENER_H
#define UDP_DATAGRAM_LISTENER_H

#include <stdbool.h>
#include <stdint.h>

#include "config/config_fanout.h"
#include "core/addr.h"
#include "core/list.h"
#include "event/event.h"
#include "udp/fanout_guard.h"

struct change_address;
struct datagram_receiver;
struct fanout_seen;

struct datagram_listener {
	struct list     link;
	uint32_t        id;		/* the master's */
	struct addr     addr;
	struct event    event;
	struct datagram_receiver *receiver;	/* NULL: nobody's yet */
	char            on[CONFIG_INTERFACE_MAX];	/* for its group; "": the system's choice */
	unsigned        interface;	/* the number of that, when it was joined */
	bool            joined;
	bool            told;		/* logged: it could not be joined */
	bool            credentials;	/* the system says who has sent what comes */
	unsigned        dropped;	/* by the kernel, as it said last */
	struct fanout_seen *seen;	/* the same in shared memory; NULL: not in use yet */
	struct fanout_door door;
	struct deferred gone;
};

/* The sockets are its own from now on. */
struct datagram_listener *datagram_listener_new(const struct change_address *address);
void datagram_listener_free(struct datagram_listener *l);
/* Its address is closed for good, and it is freed. */
void datagram_listener_close(struct datagram_listener *l);

/* The receiver that gets its datagrams; of a multicast group, on that interface (NULL: any). */
void datagram_listener_use(struct datagram_listener *l, struct datagram_receiver *r,
			   const char *interface);
/* Takes what waits, until there is nothing. */
void datagram_listener_drain(struct datagram_listener *l);
/* Every second: an interface may have come, or be another one of the name. */
void datagram_listener_join_again(struct datagram_listener *l);
/* Adds what the kernel has dropped since the last call to its receiver's counter. */
void datagram_listener_count(struct datagram_listener *l);

#endif
