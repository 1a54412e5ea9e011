/* SPDX-License-Identifier: BSD-2-Clause */
/* The line that a session leaves behind: written once, at its end (and its start, where wanted). */
#ifndef PROXY_ACCESS_LOG_H
#define PROXY_ACCESS_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "core/reason.h"

struct session;

void access_log_start(const struct session *s);
/* `ended_by` is the reason's own, but for REASON_DONE. `was`: enum session_state before the end. */
void access_log_end(const struct session *s, enum reason why, unsigned was, const char *ended_by);

#endif
