/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lines to the system's log daemon. syslog(3) waits while the daemon's queue
 * is full; this never does: a line that does not go at once is refused.
 */
#ifndef CORE_LOG_SYSLOG_H
#define CORE_LOG_SYSLOG_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"
#include "core/slice.h"

/* `priority` is a facility and a severity as syslog.h has them. false: errno. */
bool log_syslog_send(int priority, uint32_t pid, struct slice line) MUST_CHECK;

/* Whether that error says that no daemon is there, and not only that it is busy. */
bool log_syslog_is_away(int error);
/* Whether a daemon listens; false: errno. */
bool log_syslog_reachable(void) MUST_CHECK;
/*
 * The daemon has gone, or (false) is there. True when that is news: the caller tells then. What
 * the master has told at the start, its children need not tell again.
 */
bool log_syslog_note(bool away);

/* Where the daemon listens; for tests. NULL: the system's place. */
void log_syslog_path(const char *path);

#endif
