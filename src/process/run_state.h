/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether somebody holds a process: stopped it, or looks into it with a debugger. Linux tells. */
#ifndef PROCESS_RUN_STATE_H
#define PROCESS_RUN_STATE_H

#include <stdbool.h>
#include <sys/types.h>

/* Where the system does not tell: false. */
bool run_state_stopped(pid_t pid);	/* by a signal */
bool run_state_traced(pid_t pid);

#endif
