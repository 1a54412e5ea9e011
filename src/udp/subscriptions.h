/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The subscription servers of the resolver process: their row among what receives datagrams, and
 * the part that reports what they know and removes what was not announced for too long.
 */
#ifndef UDP_SUBSCRIPTIONS_H
#define UDP_SUBSCRIPTIONS_H

#include "udp/datagram_receiver.h"
#include "udp/resolver_part.h"

extern const struct datagram_receiver_kind subscriptions_kind;
extern const struct resolver_part subscriptions_part;

#endif
