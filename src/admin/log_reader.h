/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The reading ends of the log pipes, one per process slot. A pipe that has
 * lines is looked at a few milliseconds later again rather than waited for:
 * under load that is one read for hundreds of lines.
 */
#ifndef ADMIN_LOG_READER_H
#define ADMIN_LOG_READER_H

#include <stdbool.h>

void log_reader_open(void);
void log_reader_close(void);
/* Slots that had no pipe before may have one now. */
void log_reader_look(void);
/* Reads every pipe until it is empty. */
void log_reader_drain(void);
/* Whether every other process has closed its pipe, and that was read to its end. */
bool log_reader_all_ended(void);

#endif
