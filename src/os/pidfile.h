/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The pid file. It is locked as long as the master lives: a file without a lock
 * is stale, whatever number is in it. The lock is the process's own:
 * children do not inherit it.
 */
#ifndef OS_PIDFILE_H
#define OS_PIDFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "core/base.h"

/*
 * Creates or takes over the file and writes our pid. Makes its folder if
 * only that is missing. Waits, 2 s at most, for the children of a master that was killed. false:
 * `why` is "... already running (pid 812)" or the system call that failed.
 */
bool pidfile_open(const char *path, char *why, size_t size) MUST_CHECK;
/* Removes the file, if it is still ours. */
void pidfile_remove(void);
/*
 * In a child: closes its copy of the descriptor. It keeps another one, which cannot write, and by
 * which a start finds out that a child still lives.
 */
void pidfile_close(void);

/*
 * Pid of the master that holds `path`; 0 when no process does; -1 when a process of another PID
 * namespace holds it.
 */
pid_t pidfile_holder(const char *path);

#endif
