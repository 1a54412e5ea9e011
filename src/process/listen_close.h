/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Closing a listening address without resetting a client. One state machine owns an address
 * from the moment in which no configuration wants it until its memory is freed:
 *
 *   QUIET       new handshakes are kept away, handshakes under way finish
 *   ROUND       where new handshakes cannot be kept away: workers accept what waits
 *   LAST_ROUND  workers accept what waits for the last time
 *   CLOSING     the sockets are shut down; every child closes its copies and answers
 *   OVERDUE     the same, and a child has not answered in time: nobody waits for it
 *
 * Until CLOSING a change may take the address back. Refuses nothing: closing cannot fail.
 */
#ifndef PROCESS_LISTEN_CLOSE_H
#define PROCESS_LISTEN_CLOSE_H

#include <stdbool.h>
#include <stdint.h>

struct listen_address;
struct child;

/* `progress` is called too whenever an address is closed, or is not waited for any more. */
void listen_close_watch(void (*progress)(void));
void listen_close_start(struct listen_address *a);
void listen_close_all(void);	/* all that are open */
/* A change wants an address again that listens still: it becomes LISTEN_RESUMED. */
void listen_close_cancel(struct listen_address *a);

/* A child was forked: it is concerned by what it is sent from now on, and by nothing before. */
void listen_close_joined(struct child *c);
/* A child has done what it was sent; `number` is what that message carried. */
void listen_close_answered(struct child *c, uint64_t number);
/* Children have ended: their answers do not count any more. */
void listen_close_lost(void);

bool listen_close_busy(void);	/* some address is being closed, and not overdue */
/*
 * An abstract name or a UDP port is shut down, and children hold it for a moment: it cannot be
 * bound. A TCP port can, and the path of a unix socket is removed first.
 */
bool listen_close_name_held(void);

#endif
