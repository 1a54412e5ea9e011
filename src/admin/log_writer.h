/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The one writer of all logs: takes what every process sends down its pipe,
 * formats records, hands lines to their outputs and writes once per turn.
 */
#ifndef ADMIN_LOG_WRITER_H
#define ADMIN_LOG_WRITER_H

#include <stdbool.h>

struct log_frame;
struct log_target;
struct settings;

/* From here on this process's own records take the same way. After loop_open(). */
void log_writer_open(const struct settings *settings);
/* Reads and writes what is still in the pipes, as far as it goes without waiting long. */
void log_writer_finish(void);
/* The same once the master has gone: waits half a second for the last lines of the others. */
void log_writer_orphaned(void);
void log_writer_close(void);

/* Where error records go and how they look. */
void log_writer_settings(const struct settings *settings);
/* A target that access lines may name. */
void log_writer_target(const struct log_target *target);
/* USR1: the files are other ones. */
void log_writer_reopened(void);

/* One frame from a pipe. */
void log_writer_frame(const struct log_frame *frame);

#endif
