/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The pid file: locked as long as the master lives, so a file that nobody
 * locks is stale whatever number is in it. The lock is the process's own:
 * children do not inherit it.
 */
#ifndef PROCESS_PIDFILE_H
#define PROCESS_PIDFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "core/base.h"

/*
 * Creates or takes over the file and writes our pid. Makes its folder when
 * only that is missing. false: `why` says "... already running (pid 812)" or
 * what the system refused.
 */
bool pidfile_open(const char *path, char *why, size_t size) MUST_CHECK;
/* Away with it, if it still is ours. */
void pidfile_remove(void);
/* In a child: its copy of the descriptor. */
void pidfile_close(void);

/*
 * Pid of the master that holds `path`; 0 when nobody does; -1 when a process of another PID
 * namespace holds it.
 */
pid_t pidfile_holder(const char *path);

#endif
