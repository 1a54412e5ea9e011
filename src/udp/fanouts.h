/* SPDX-License-Identifier: BSD-2-Clause */
/* Fan-outs as receivers of datagrams, and as a member of the resolver process's report. */
#ifndef UDP_FANOUTS_H
#define UDP_FANOUTS_H

#include "udp/datagram_receiver.h"
#include "udp/resolver_part.h"

extern const struct datagram_receiver_kind fanouts_kind;
extern const struct resolver_part fanouts_part;

#endif
