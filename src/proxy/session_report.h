/* SPDX-License-Identifier: BSD-2-Clause */
/* What a session leaves behind at each step: counters, lines of the access log, debug lines. */
#ifndef PROXY_SESSION_REPORT_H
#define PROXY_SESSION_REPORT_H

#include "core/reason.h"

struct session;

void session_report_started(const struct session *s);
void session_report_connected(const struct session *s);
/* The client is closed: its service has max_connections sessions. */
void session_report_refused(const struct session *s);
/* The client is closed: no backend is left that it could be connected to. */
void session_report_unconnected(const struct session *s);
/* While all that the lines are about is still there, the state too. */
void session_report_ended(const struct session *s, enum reason why);

#endif
