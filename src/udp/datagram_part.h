/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The receivers of datagrams of the resolver process, of all kinds: what a change does to them,
 * their listeners, and which listener is whose. It is a part of the resolver process and has no
 * report: what a kind has to report is another part.
 */
#ifndef UDP_DATAGRAM_PART_H
#define UDP_DATAGRAM_PART_H

#include <stdbool.h>

#include "process/kind.h"
#include "udp/resolver_part.h"

/* In the master: addresses of all receivers, for the row of the process kind. */
void datagram_part_configured(const struct config *config, kind_listen *listen, void *arg);

/* In the master: whether one sends with addresses that are not this machine's. */
bool datagram_part_spoofs(const struct config *config);

/* Adds what the kernel has dropped up to now to the counters of all receivers. */
void datagram_part_count(void);

extern const struct resolver_part datagram_part;

#endif
