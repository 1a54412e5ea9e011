/* SPDX-License-Identifier: BSD-2-Clause */
/* What a session adds to the shared memory: counters of its service, its backend and its row. */
#ifndef PROXY_SESSION_COUNT_H
#define PROXY_SESSION_COUNT_H

#include "core/reason.h"

struct session;

void session_count_started(const struct session *s);
/* A backend is connected, after s->connect_us. */
void session_count_connected(const struct session *s);
/* What was moved since the last time. */
void session_count_bytes(const struct session *s);
void session_count_ended(const struct session *s, enum reason why);

#endif
