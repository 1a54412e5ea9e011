/* SPDX-License-Identifier: BSD-2-Clause */
/* A line of the error log, before anybody has formatted it. */
#ifndef CORE_LOG_RECORD_H
#define CORE_LOG_RECORD_H

#include <stdint.h>

#include "core/log_level.h"

#define LOG_MESSAGE_MAX 2048

struct log_record {
	uint64_t       time;	/* wall clock, milliseconds */
	enum log_level level;
	uint32_t       pid;
	const char    *process;	/* "master", "worker/3" */
	const char    *event, *service, *backend;	/* "" for none */
	const char    *message;	/* one line, no newline, valid UTF-8 */
};

#endif
