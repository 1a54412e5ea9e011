/* SPDX-License-Identifier: BSD-2-Clause */
/* How a child logs: by the pipe of its slot, under its own name. */
#ifndef PROCESS_CHILD_LOG_H
#define PROCESS_CHILD_LOG_H

struct child;

/*
 * First, while the log file is open. The process that started heddle reads a pipe until its last
 * copy is closed.
 */
void child_log_detach(void);
void child_log_open(const struct child *c);	/* and its title */

#endif
