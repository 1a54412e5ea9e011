/* SPDX-License-Identifier: BSD-2-Clause */
/* Who has an address that we could not bind: for the error message alone. */
#ifndef PROCESS_SOCKET_OWNER_H
#define PROCESS_SOCKET_OWNER_H

#include <stddef.h>

struct addr;

/* " (pid 812, nginx)", or "" when the system does not tell. */
void socket_owner(const struct addr *addr, char *out, size_t size);

#endif
