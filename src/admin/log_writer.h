/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The writer of all logs: receives the frames that each process sends through its pipe,
 * formats records, appends lines to their outputs and writes once per loop iteration.
 */
#ifndef ADMIN_LOG_WRITER_H
#define ADMIN_LOG_WRITER_H

#include <stdbool.h>

struct log_target;
struct settings;

/* The records of this process are written in the same way from now on. After loop_open(). */
void log_writer_open(const struct settings *settings);
/* Writes what is in the pipes now, as far as outputs take it: who is answered next finds it. */
void log_writer_catch_up(void);
/* Writes what is still in the pipes; waits at most 2 seconds for outputs that are slow. */
void log_writer_finish(void);
/* The same after the death of the master: waits for the other processes to end, 2 s at most. */
void log_writer_orphaned(void);
void log_writer_close(void);

/* Sets the target and format of error log records. */
void log_writer_settings(const struct settings *settings);
/* Opens a target to which access log lines may be sent from now on. */
void log_writer_target(const struct log_target *target);
/* USR1, or other targets: the files have been opened again. */
void log_writer_reopened(void);

#endif
