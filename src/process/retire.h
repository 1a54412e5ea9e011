/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Giving up addresses without resetting a client: new handshakes are kept
 * away, those under way finish, workers accept what waits, then nobody can
 * connect and everybody lets go.
 */
#ifndef PROCESS_RETIRE_H
#define PROCESS_RETIRE_H

#include <stdbool.h>
#include <stdint.h>

struct address;

/* `shut` is called whenever an address has become ADDRESS_SHUT. */
void retire_open(void (*shut)(void));
void retire_start(struct address *a);
/* A change wants it again: it becomes ADDRESS_RESUMED. */
void retire_cancel(struct address *a);
/* A worker has accepted all that waited: `number` is what MESSAGE_RETIRE sent it. */
void retire_answered(uint64_t number);
bool retire_busy(void);		/* some address is on its way out */

#endif
