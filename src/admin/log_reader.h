/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The reading ends of the log pipes, one per process slot. A pipe that has had
 * lines is read again after a few milliseconds, without waiting for an event:
 * under load that is one read for hundreds of lines.
 */
#ifndef ADMIN_LOG_READER_H
#define ADMIN_LOG_READER_H

#include <stdbool.h>

struct log_frame;

/* `on_frame` gets every frame; it is valid during the call. */
void log_reader_open(void (*on_frame)(const struct log_frame *frame));
void log_reader_close(void);
/* Reads the pipes of slots that had none before, too. */
void log_reader_update(void);
/* Reads every pipe until it is empty. */
void log_reader_drain(void);
/* Whether the pipes of all other processes are closed and have been read to their ends. */
bool log_reader_all_ended(void);

#endif
