/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How long the sides of a session that relays have been silent, and which of them has been for
 * too long; how long a session lingers once its backend has gone, until the client has what the
 * backend said. Uses the session's timer; does not end it.
 */
#ifndef PROXY_SESSION_CLOCK_H
#define PROXY_SESSION_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"
#include "core/reason.h"
#include "event/event.h"

struct session;

/* The loop clock in ms, its low half: for client_at and server_at. */
static inline uint32_t session_clock_now(void)
{
	return (uint32_t)loop_now();
}

/* Milliseconds since `at`, less than 49 days ago. */
static inline uint64_t session_clock_silent(uint32_t at)
{
	return session_clock_now() - at;
}

/* Milliseconds since any side took or gave a byte. */
uint64_t session_clock_both_silent(const struct session *s);

/* It begins to relay. */
void session_clock_start(struct session *s);
/* After a move: `up` and `down` bytes had been delivered before it. true: it delivered some. */
bool session_clock_note(struct session *s, uint64_t up, uint64_t down);
/* After a move: sets the session's timer where it is not set. */
void session_clock_watch(struct session *s);

/*
 * The timer has come, or the settings have changed. true: the session is over, for *why; else
 * the timer is set to the next moment that may be one.
 */
bool session_clock_over(struct session *s, enum reason *why) MUST_CHECK;

/* The backend has gone. true: the session is over, as backend_reset; else the timer is set. */
bool session_clock_linger(struct session *s) MUST_CHECK;

/* A message of one side is under way in pieces, the last of which came a short time ago. */
bool session_clock_answer_flows(const struct session *s);
bool session_clock_request_flows(const struct session *s);

#endif
