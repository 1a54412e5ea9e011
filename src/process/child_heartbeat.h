/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A child's heartbeat and state in the shared memory. Its slot is its own, but any process may have
 * overwritten it: each heartbeat says everything again.
 */
#ifndef PROCESS_CHILD_HEARTBEAT_H
#define PROCESS_CHILD_HEARTBEAT_H

#include <stdint.h>

#include "core/layout.h"

/* `neighbours` (NULL: nobody asks) is called when other processes came, went, paused or hung. */
void child_heartbeat_start(void (*neighbours)(void));
/*
 * A heartbeat from within long work of a known length, which keeps the process from its event
 * loop: the watchdog would take it for one that hangs.
 */
void child_heartbeat_working(void);
void child_heartbeat_state(enum slot_state state);
void child_heartbeat_generation(uint64_t serial);	/* of the configuration in force */

#endif
