/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes lines to a descriptor that other processes may share, and never waits for its reader. */
#ifndef CORE_LOG_WRITE_H
#define CORE_LOG_WRITE_H

#include <stddef.h>
#include <stdint.h>

#include "core/base.h"
#include "core/slice.h"

/*
 * 0: everything was written. EAGAIN: the reader is slow. Any other errno: why the write failed.
 * *written is the number of bytes that were written before that. Pipes get whole lines, in pieces
 * that the system does not mix with those of other writers.
 */
int log_write_all(int fd, struct slice lines, size_t *written) MUST_CHECK;

/* Number of newlines. */
uint64_t log_write_lines(struct slice lines);

#endif
