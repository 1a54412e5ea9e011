/* SPDX-License-Identifier: BSD-2-Clause */
/* All receivers of datagrams that are configured, of all kinds. */
#ifndef UDP_DATAGRAM_RECEIVERS_H
#define UDP_DATAGRAM_RECEIVERS_H

#include <stdbool.h>

#include "core/slice.h"
#include "udp/datagram_receiver.h"

void datagram_receivers_open(void);
/* The process ends: all are released, and none is removed from the configuration. */
void datagram_receivers_close(void);

/* The kind whose objects these are, or the objects below one; NULL: none. */
const struct datagram_receiver_kind *datagram_receivers_kind(const struct object_kind *object);

/* By its path; NULL: there is none. */
struct datagram_receiver *datagram_receivers_find(struct slice path);
/* The next one, the oldest first, of that kind, or of all (NULL). `after`: NULL: the first. */
struct datagram_receiver *datagram_receivers_next(const struct datagram_receiver_kind *kind,
						  const struct datagram_receiver *after);
struct datagram_receiver *datagram_receivers_add(const struct datagram_receiver_kind *kind,
						 const char *path);
/* It has left the configuration; listeners may still have it. */
void datagram_receivers_remove(struct datagram_receiver *r);

/* After each change, and every second: gives up counters of a predecessor that nobody takes. */
void datagram_receivers_give_left(void);
void datagram_receivers_second(void);
/* The end: what waits is sent for as long as somebody makes room for it, for a moment at most. */
void datagram_receivers_flush(void);

#endif
