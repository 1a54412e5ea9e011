/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A session's way to a backend: choose, connect, and when that fails the next
 * one for the same client, within connect_tries and connect_total_timeout.
 */
#ifndef PROXY_DIAL_H
#define PROXY_DIAL_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base.h"
#include "event/event.h"

struct session;

enum dial {
	DIAL_CONNECTED,
	DIAL_WAITING,	/* s->server's handler or the timer will say */
	DIAL_FULL,	/* nobody, but some have max_connections sessions: try again or give up */
	DIAL_OVER,	/* nobody left; the session has ended */
};

/* s->early bytes of the client, in the scratch buffer until the loop turns, follow connect(). */
void dial_begin(struct session *s, event_handler *on_server);

enum dial dial_next(struct session *s) MUST_CHECK;

/* Ends the session: no backend is left, or none has room. */
void dial_give_up(struct session *s);

/* The descriptor that was waited for: connected, or it counted as failed. */
bool dial_answered(struct session *s, unsigned ready) MUST_CHECK;

/* The one under way has failed for `error`: its backend is told and given back. */
void dial_failed(struct session *s, int error);
/*
 * The one under way has taken too long. It has failed, unless others before it have used up
 * connect_total_timeout: then nobody knows, and nothing is told of its backend.
 */
void dial_timed_out(struct session *s);

#endif
