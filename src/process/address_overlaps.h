/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which addresses of the master's a new one may share its port with. Binding is sockets.c,
 * the table of addresses is addresses.c.
 */
#ifndef PROCESS_ADDRESS_OVERLAPS_H
#define PROCESS_ADDRESS_OVERLAPS_H

#include <stdbool.h>
#include <stdint.h>

struct addr;

/* Sockets of ours overlap `addr`, and no others do: SO_REUSEPORT takes nothing from anybody. */
bool address_overlaps_own(const struct addr *addr);
/* Whether the socket with that inode, which listens on `local`, is one of ours. */
bool address_is_own(const struct addr *local, uint64_t inode);

#endif
