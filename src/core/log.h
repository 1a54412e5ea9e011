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

enum log_level {	/* LEVEL_: syslog.h owns LOG_ */
	LEVEL_ALERT,	/* heddle itself is wrong: an assertion, a lost process */
	LEVEL_ERROR,
	LEVEL_WARN,
	LEVEL_NOTICE,	/* start, stop, reload */
	LEVEL_INFO,
	LEVEL_DEBUG,
};

#define LOG_MESSAGE_MAX 2048

/* What a line is about; every pointer may be NULL. Names live as long as the call. */
struct log_subject {
	const char *event;	/* one of formats.md's event names: "backend_down" */
	const char *service;
	const char *backend;
};

struct log_record {
	uint64_t       time;	/* wall clock, milliseconds */
	enum log_level level;
	uint32_t       pid;
	const char    *process;	/* "master", "worker/3" */
	const char    *event, *service, *backend;	/* "" for none */
	const char    *message;	/* one line, no newline, valid UTF-8 */
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
 * For what could flood: true at most `per_second` times a second for each *state;
 * counts the rest.
 */
struct log_limit {
	uint64_t second;
	uint32_t count, dropped;
};
bool log_limited(struct log_limit *limit, unsigned per_second);

/* "alert" ... "debug"; -1 when `word` is none of them. */
const char *log_level_name(enum log_level level);
int log_level_find(const char *word);

/* An impossible state: log [alert] with the place, abort. Stays on in production. */
#define CHECK(condition) ((condition) ? (void)0 : check_failed(#condition, __FILE__, __LINE__))
NORETURN void check_failed(const char *condition, const char *file, int line);

#endif
