/* SPDX-License-Identifier: BSD-2-Clause */
/* The line that a session leaves behind: written once, at its end (and its start, where wanted). */
#ifndef PROXY_ACCESS_LOG_H
#define PROXY_ACCESS_LOG_H

#include "core/reason.h"

struct session;

/* Where `events` asks for it. The state of the session is the phase of the line. */
void access_log_start(const struct session *s);
/* Before the state becomes SESSION_ENDED. `ended_by`: "client", "backend" or "heddle". */
void access_log_end(const struct session *s, enum reason why, const char *ended_by);

#endif
