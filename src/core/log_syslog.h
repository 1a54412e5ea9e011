/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lines to the system's log daemon. syslog(3) waits while the daemon's queue
 * is full; these functions never do: a line that cannot be sent at once is refused.
 */
#ifndef CORE_LOG_SYSLOG_H
#define CORE_LOG_SYSLOG_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"
#include "core/log_level.h"
#include "core/slice.h"

/* The severity of syslog.h for a level. */
int log_syslog_severity(enum log_level level);
/* `priority` is a facility and a severity as syslog.h has them. false: errno. */
bool log_syslog_send(int priority, uint32_t pid, struct slice line) MUST_CHECK;

/* Whether that error means that there is no daemon, and not only that it is busy. */
bool log_syslog_is_away(int error);
/* Whether a daemon listens; false: errno. */
bool log_syslog_reachable(void) MUST_CHECK;
/*
 * Notes that the daemon has gone, or (false) is there. True when that is news, which the caller
 * logs. What the master has logged at the start, its children do not log again.
 */
bool log_syslog_note(bool away);

/* Where the daemon listens; for tests. NULL: the system's place. */
void log_syslog_path(const char *path);

#endif
