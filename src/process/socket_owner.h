/* SPDX-License-Identifier: BSD-2-Clause */
/* Who has an address that we could not bind: for the error message alone. */
#ifndef PROCESS_SOCKET_OWNER_H
#define PROCESS_SOCKET_OWNER_H

#include <stddef.h>

struct addr;

/*
 * " (pid 812, nginx)"; "" when the system does not tell, or when SOCKET_OWNER_MOST were looked
 * up since the last reset: each reads the descriptors of every process, and the caller serves
 * nobody meanwhile.
 */
#define SOCKET_OWNER_MOST 8
void socket_owner(const struct addr *addr, char *out, size_t size);
void socket_owner_reset(void);

#endif
