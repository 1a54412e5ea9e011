/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Standard error, which may be a pipe or a terminal that nobody reads. What is written here never
 * blocks the process: whole lines are lost instead. The flags of standard error are shared with
 * other programs and are never changed.
 */
#ifndef CORE_STDERR_H
#define CORE_STDERR_H

#include <stdbool.h>

#include "core/base.h"
#include "core/slice.h"

/*
 * At the start, and again when standard error has become something else: opens a non-blocking
 * descriptor of its own for the same pipe or terminal where the system allows that.
 */
void stderr_open(void);
/* The descriptor to write to. Not the caller's to close. */
int stderr_fd(void);

/* Whether standard error is closed or /dev/null, so that nobody can read what is written. */
bool stderr_goes_nowhere(void);

/* Whether journald reads standard error: JOURNAL_STREAM is device and inode of its stream. */
bool stderr_is_journal(void);

/* Writes lines without waiting; false: not all of them were written, and errno says why. */
bool stderr_write(struct slice lines);

/*
 * For the messages of a start: waits for the reader up to two seconds at a time, as long as it
 * reads.
 */
void stderr_print(struct slice lines);
/* The same for one short line (at most 1 kB). Allocates nothing. */
void stderr_printf(const char *fmt, ...) PRINTF(1, 2);

#endif
