/* SPDX-License-Identifier: BSD-2-Clause */
/* A log record as people and programs read it: one line each, with its newline. */
#ifndef CORE_LOG_FORMAT_H
#define CORE_LOG_FORMAT_H

#include "core/log_record.h"

struct text;

enum log_format {
	LOG_TEXT,	/* 2026-11-21T17:40:02.123+01:00 warn worker/3[4131] web/one: message */
	LOG_JSON,	/* keys time level process slot pid service backend event message */
	LOG_JOURNAL,	/* <4>worker/3[4131] web/one: message; standard error under journald */
	LOG_CLASSIC,	/* 2006/01/02 15:04:05 message: what the Go programs wrote */
	LOG_NAMED,	/* web/one: message; syslog has the rest */
	LOG_BARE,	/* message alone */
};

void log_format(const struct log_record *record, enum log_format format, struct text *out);

#endif
