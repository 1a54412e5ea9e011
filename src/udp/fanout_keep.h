/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Datagrams that leave with the address and port of their sender (source: keep). They are sent
 * through raw sockets, for which the process has kept a right: core/capability.h. What is refused
 * is reported to that sender, and not here.
 */
#ifndef UDP_FANOUT_KEEP_H
#define UDP_FANOUT_KEEP_H

#include <stdbool.h>

#include "core/addr.h"
#include "core/slice.h"

/* A socket for one target; -1: errno. */
int fanout_keep_open(const struct addr *target);
/* Sends one datagram; false: errno. EAFNOSUPPORT: the sender has no address of that family. */
bool fanout_keep_send(int fd, const struct addr *target, const struct sockaddr *sender,
		      struct slice bytes);

#endif
