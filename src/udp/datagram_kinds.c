/* SPDX-License-Identifier: BSD-2-Clause */
/* The kinds of receivers of datagrams. */
#include <stddef.h>

#include "udp/datagram_receiver.h"
#include "udp/fanouts.h"
#include "udp/subscriptions.h"

const struct datagram_receiver_kind *const datagram_receiver_kinds[] = {
	&fanouts_kind,
	&subscriptions_kind,
	NULL,
};
