/* SPDX-License-Identifier: BSD-2-Clause */
/* Writing lines to a descriptor that others may share, without ever waiting for its reader. */
#ifndef CORE_LOG_WRITE_H
#define CORE_LOG_WRITE_H

#include <stddef.h>
#include <stdint.h>

#include "core/base.h"
#include "core/slice.h"

/*
 * 0: everything was written. EAGAIN: its reader is slow. Else why it failed.
 * *written is how much went before that. Pipes get whole lines in pieces that
 * the system does not mix with those of other writers.
 */
int log_write_all(int fd, struct slice lines, size_t *written) MUST_CHECK;

/* Newlines in it. */
uint64_t log_write_lines(struct slice lines);

#endif
