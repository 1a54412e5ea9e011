/* SPDX-License-Identifier: BSD-2-Clause */
/* The row of subscription servers among what receives datagrams. */
#ifndef UDP_SUBSCRIPTIONS_H
#define UDP_SUBSCRIPTIONS_H

#include "udp/datagram_receiver.h"

extern const struct datagram_receiver_kind subscriptions_kind;

#endif
