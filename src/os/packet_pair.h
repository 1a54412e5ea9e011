/* SPDX-License-Identifier: BSD-2-Clause */
/* Two sockets that are each other's peer, and carry packets: what is sent at once comes at once. */
#ifndef OS_PACKET_PAIR_H
#define OS_PACKET_PAIR_H

#include <stdbool.h>

#include "core/base.h"

/*
 * Non-blocking, closed by exec; a packet may have 200,000 bytes, also where datagrams have fewer.
 * false with errno.
 */
bool packet_pair(int fds[2]) MUST_CHECK;

#endif
