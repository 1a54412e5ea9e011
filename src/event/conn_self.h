/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A connection with itself: nobody listens on a port of this machine, the kernel chooses that
 * port for our end, and TCP opens the connection simultaneously from both ends, which are one.
 * Clients would get their own bytes back, and the server could not bind when it comes back.
 */
#ifndef EVENT_CONN_SELF_H
#define EVENT_CONN_SELF_H

#include <stdbool.h>

struct addr;

/* Right after connect(), also when it is under way. No system call where it is impossible. */
bool conn_is_self(int fd, const struct addr *to);

/*
 * The other end, dialled as `to`, is a unix socket that the parent of this process listens on, by
 * whatever path it was found: the master's, whose clients are ours. What was somebody else's is so
 * for a second. Where the system does not tell, false.
 */
bool conn_self_listens(int fd, const struct addr *to);

#endif
