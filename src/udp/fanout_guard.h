/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The addresses that heddle's own fan-outs send from: a datagram that comes from one of them was
 * sent by heddle itself. Entries are embedded in targets.
 */
#ifndef UDP_FANOUT_GUARD_H
#define UDP_FANOUT_GUARD_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/addr.h"
#include "core/list.h"

struct fanout_guard {
	struct list     link;
	struct in6_addr host;	/* v4 is mapped */
	uint16_t        port;	/* in network order */
	const char     *fanout;	/* its name; compared as a pointer too */
};

struct fanout_door {	/* an address that a fan-out listens on; embedded in its listener */
	struct list link;
	struct addr addr;
};

void fanout_guard_listens(struct fanout_door *door, const struct addr *addr);
void fanout_guard_ceases(struct fanout_door *door);
/* Whether what is sent there is received by a fan-out of this heddle. */
bool fanout_guard_is_own(const struct addr *target);

void fanout_guard_init(struct fanout_guard *guard);
/* The socket is bound now. Unix sockets have no address to know again: they are left out. */
void fanout_guard_add(struct fanout_guard *guard, int fd, const char *fanout);
void fanout_guard_remove(struct fanout_guard *guard);
/* The name of the fan-out that has sent from that address, as it was added; NULL: a stranger. */
const char *fanout_guard_find(const struct sockaddr *sender);

#endif
