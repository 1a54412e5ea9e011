/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How children send their log lines to the control process: frames in a
 * non-blocking pipe, one pipe per process slot, one writer each. What does not
 * fit is dropped and counted in the slot (COUNTER_LOG_LINES_DROPPED); a writer
 * never waits. The reading side is log_pipe_next().
 */
#ifndef CORE_LOG_PIPE_H
#define CORE_LOG_PIPE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/log.h"
#include "core/slice.h"

enum log_frame_kind {
	FRAME_RECORD,	/* an error log record; log_pipe_record() reads it */
	FRAME_ACCESS,	/* a finished access log line, newline included */
};

struct log_frame {
	enum log_frame_kind kind;
	uint64_t            target;	/* FRAME_ACCESS: config_logs_id() of its log */
	struct slice        payload;
};

/* Writing side. `fd` is non-blocking and stays the caller's. -1 detaches. */
void log_pipe_open(int fd);
log_sink log_pipe_sink;			/* give to log_set_sink() */
void log_pipe_access(uint64_t target, struct slice line);

/* Tries to write what is buffered; true when nothing is left. */
bool log_pipe_flush(void);
bool log_pipe_pending(void);

/*
 * Reading side: the next whole frame at the front of `bytes`; returns its size, 0 when
 * incomplete.
 */
size_t log_pipe_next(struct slice bytes, struct log_frame *frame);
/* false: not a record. Strings point into the payload. */
bool log_pipe_record(const struct log_frame *frame, struct log_record *record) MUST_CHECK;

#endif
