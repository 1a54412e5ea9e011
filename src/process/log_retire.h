/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Closes the log files that a reload has made superfluous, once no line can come for them:
 * all workers have committed and flushed, and the sessions of removed services have ended.
 */
#ifndef PROCESS_LOG_RETIRE_H
#define PROCESS_LOG_RETIRE_H

void log_retire_open(void);
void log_retire_start(void);	/* a change is in force: looks now and then while there is one */

#endif
