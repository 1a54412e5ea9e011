/* SPDX-License-Identifier: BSD-2-Clause */
/* Binds again, every five seconds, what waits for that: listen_wait.h. Each is a change. */
#ifndef PROCESS_LISTEN_RETRY_H
#define PROCESS_LISTEN_RETRY_H

/* Everything is up: logs which addresses wait, and begins to try. */
void listen_retry_open(void);

#endif
