/* SPDX-License-Identifier: BSD-2-Clause */
/* The heartbeat of the master, with which it also corrects damaged words of the shared memory. */
#ifndef PROCESS_MASTER_HEARTBEAT_H
#define PROCESS_MASTER_HEARTBEAT_H

void master_heartbeat_open(void);	/* after loop_open() */

#endif
