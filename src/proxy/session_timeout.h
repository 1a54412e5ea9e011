/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How long a session that relays may be silent, and how long it lingers: once its backend has
 * gone, until the client has what the backend said.
 */
#ifndef PROXY_SESSION_TIMEOUT_H
#define PROXY_SESSION_TIMEOUT_H

#include <stdint.h>

struct session;

/* Milliseconds since any side took or gave a byte. */
uint64_t session_both_silent(const struct session *s);

/* After a move: sets the session's timer where it is not set. */
void session_watch_silence(struct session *s);

/* The backend has gone. Ends the session as backend_reset, now or by its timer. */
void session_linger(struct session *s);

/* The timer of a session that relays has come, or its settings have changed: may end it. */
void session_check_silence(struct session *s);

#endif
