/* SPDX-License-Identifier: BSD-2-Clause */
/* Where logs go and what is in them, as the configuration says it. */
#ifndef CONFIG_CONFIG_LOGS_H
#define CONFIG_CONFIG_LOGS_H

#include <stdint.h>

#include "core/log_format.h"

enum log_to { LOG_TO_NONE, LOG_TO_STDERR, LOG_TO_FILE, LOG_TO_SYSLOG };

struct log_target {
	enum log_to to;
	const char *path;	/* LOG_TO_FILE, absolute */
	int         facility;	/* LOG_TO_SYSLOG, as syslog(3) has it */
};

struct log_conf {
	uint64_t          given;
	struct log_target to;		/* stderr */
	int               level;	/* enum log_level; info */
	int               format;	/* LOG_TEXT, LOG_JSON or LOG_CLASSIC; text */
	uint64_t          stats_ms;	/* a STATS line per backend so often; 0: never */
};

enum { ACCESS_START = 1, ACCESS_END = 2 };

struct access_log_conf {
	uint64_t          given;
	struct log_target to;		/* none */
	int               format;	/* LOG_TEXT or LOG_JSON */
	uint64_t          events;	/* ACCESS_START | ACCESS_END; end */
	uint64_t          skip;		/* 1 << enum reason each */
	uint32_t          sample;	/* one session in so many; 1 */
};

/*
 * Where logs go, numbered the same in every process: equal targets have equal ids. 0 is none.
 * A hash of 64 bits: log_files_propose() refuses two files with one id, should there ever be.
 */
uint64_t config_logs_id(const struct log_target *target);

#endif
