/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The error log as its writers see it. A line is a record; where records go is
 * one function, set once per process: the master writes them itself until the
 * control process is there, children send them down a pipe (log_pipe.h).
 * Formatting for people is log_format.h. Never blocks, never fails.
 */
#ifndef CORE_LOG_H
#define CORE_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"
#include "core/log_record.h"

/* What a line is about; every pointer may be NULL. Names live as long as the call. */
struct log_subject {
	const char *event;	/* an event name of heddle-log(7): "backend_down" */
	const char *service;
	const char *backend;
};

typedef void log_sink(const struct log_record *record);

/* The default sink writes text to standard error. */
void log_set_sink(log_sink *sink);
void log_set_process(const char *name);	/* copied: "worker/3" */
/* What syslog calls the program; children inherit it. The text must stay. */
void log_set_ident(const char *name);
const char *log_ident(void);
void log_set_level(enum log_level level);
bool log_enabled(enum log_level level);

void log_write(enum log_level level, const char *fmt, ...) PRINTF(2, 3);
void log_about(enum log_level level, const struct log_subject *about, const char *fmt, ...)
	PRINTF(3, 4);

/*
 * Rate limit for lines that could flood the log: true at most `per_second` times a second for
 * each limit. It counts the lines that were refused.
 */
struct log_limit {
	uint64_t second;
	uint32_t count, dropped;
};
bool log_limited(struct log_limit *limit, unsigned per_second);

/* An impossible state: log [alert] with the place, abort. Stays on in production. */
#define CHECK(condition) ((condition) ? (void)0 : log_check_failed(#condition, __FILE__, __LINE__))
NORETURN void log_check_failed(const char *condition, const char *file, int line);

#endif
