/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the master's own records go: through its pipe while a control process
 * writes the logs, else straight to the target, so that no start, stop or
 * crash goes untold.
 */
#ifndef PROCESS_MASTER_LOG_H
#define PROCESS_MASTER_LOG_H

#include <stdbool.h>

struct settings;

/* After the loop is open. */
void master_log_open(const struct settings *settings);
void master_log_settings(const struct settings *settings);
/* At NOTICE; NULL at the end, or no lines at all. */
void master_log_lines(const char *const *line);
void master_log_control(bool serves);	/* the control process is READY, or has gone */

/* The descriptor of the error log, where that is a file; -1: it is none. */
int master_log_fd(void);

#endif
