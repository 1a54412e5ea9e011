/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A connection with itself: nobody listens on a port of this machine, the kernel chooses that
 * port for our end, and TCP opens the connection simultaneously from both ends, which are one. It
 * would answer clients with their own bytes, and the server that comes back could not bind.
 */
#ifndef EVENT_CONN_SELF_H
#define EVENT_CONN_SELF_H

#include <stdbool.h>

struct addr;

/* Right after connect(), also when it is under way. Asks the kernel only if it is possible. */
bool conn_is_self(int fd, const struct addr *to);

#endif
