/* SPDX-License-Identifier: BSD-2-Clause */
/* How much a line of the error log matters. */
#ifndef CORE_LOG_LEVEL_H
#define CORE_LOG_LEVEL_H

enum log_level {	/* LEVEL_: syslog.h owns LOG_ */
	LEVEL_ALERT,	/* heddle itself is wrong: an assertion, a lost process */
	LEVEL_ERROR,
	LEVEL_WARN,
	LEVEL_NOTICE,	/* start, stop, reload */
	LEVEL_INFO,
	LEVEL_DEBUG,
};

/* "alert" ... "debug"; -1 when `word` is none of them. */
const char *log_level_name(enum log_level level);
int log_level_find(const char *word);

#endif
