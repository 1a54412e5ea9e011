/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The places where log lines go: standard error, files, the system's log.
 * Each output buffers lines and writes them in one call. Nothing here blocks: lines that cannot be
 * written are dropped whole and counted, and once writing works again the error log has how
 * many were lost.
 */
#ifndef ADMIN_LOG_OUTPUT_H
#define ADMIN_LOG_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "config/config.h"
#include "core/base.h"
#include "core/slice.h"

struct log_output;

void log_output_open(void);
void log_output_close(void);

/* The output of a target, created if it is new; NULL for LOG_TO_NONE. */
struct log_output *log_output_add(const struct log_target *target);
/* NULL: no target with that id is known. */
struct log_output *log_output_find(uint64_t id);

/* A target that was removed, while the master keeps its file open for the last lines; or NULL. */
struct log_output *log_output_adopt(uint64_t id);

/* Whole lines, each with its newline. */
void log_output_append(struct log_output *o, struct slice lines);
/*
 * One line (its newline is not sent), to an output of which log_output_syslog() is true. false:
 * no daemon is there, and the line should go to standard error, where somebody may see it.
 */
bool log_output_send(struct log_output *o, int severity, uint32_t pid,
		     struct slice line) MUST_CHECK;
bool log_output_syslog(const struct log_output *o);

/* Writes the pending lines; true when none is left. */
bool log_output_flush(void);
/* Frees the outputs whose files the master has closed; no pointer to one may be kept. */
void log_output_forget_closed(void);
/* Files were opened again: the next write is tried at once. */
void log_output_reopened(void);

#endif
