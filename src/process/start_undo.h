/* SPDX-License-Identifier: BSD-2-Clause */
/* What a start has opened is closed, at a failed start and at the end. */
#ifndef PROCESS_START_UNDO_H
#define PROCESS_START_UNDO_H

/* Listening sockets, control socket, logs, pid file. */
void start_undo(void);

#endif
