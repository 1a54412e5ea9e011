/* SPDX-License-Identifier: BSD-2-Clause */
/* `log.stats`: at its interval, a line per backend in the error log, as tcp_fallback wrote it. */
#ifndef ADMIN_STATS_LOG_H
#define ADMIN_STATS_LOG_H

#include <stdint.h>

void stats_log_open(void);	/* after loop_open() */
void stats_log_close(void);
/* 0: never. */
void stats_log_interval(uint64_t ms);

#endif
