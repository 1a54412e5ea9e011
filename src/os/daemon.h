/* SPDX-License-Identifier: BSD-2-Clause */
/* -D: the command returns when every process is ready, or with the reason why one is not. */
#ifndef OS_DAEMON_H
#define OS_DAEMON_H

#include <stdbool.h>

#include "core/base.h"

/*
 * Forks. The parent never returns: it exits with 0 after daemon_ready(), and with 1
 * if the child ends before that. The child leads a session of its own and keeps
 * standard error until it is ready. false: fork() failed.
 */
bool daemon_start(void) MUST_CHECK;
/*
 * `log_fd`: a file that standard error may go to; -1: none. Nothing unless
 * daemon_start() was called.
 */
void daemon_ready(int log_fd);
bool daemon_active(void);
/* In a child: standard input, output and error are nobody's terminal any more. */
void daemon_detach(int log_fd);

#endif
