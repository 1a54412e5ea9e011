/* SPDX-License-Identifier: BSD-2-Clause */
/* The only exit of a session: cancels, closes, gives back, counts, writes one line. */
#ifndef PROXY_SESSION_END_H
#define PROXY_SESSION_END_H

#include "core/reason.h"

struct session;

/* Counted in; from here on the start line may be written. */
void session_began(struct session *s);

/* What was moved since the last time is added to its service and backend, and to its row. */
void session_count_bytes(struct session *s);

void session_end(struct session *s, enum reason why);

#endif
