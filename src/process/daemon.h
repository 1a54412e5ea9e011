/* SPDX-License-Identifier: BSD-2-Clause */
/* -D: the command returns when everything is up, or says what is not. */
#ifndef PROCESS_DAEMON_H
#define PROCESS_DAEMON_H

#include <stdbool.h>

#include "core/base.h"

/*
 * Forks. The parent never returns: it exits with 0 after daemon_ready(), with 1
 * when the child ends before. The child leads a session of its own and keeps
 * standard error until it is ready. false: the system refuses.
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
