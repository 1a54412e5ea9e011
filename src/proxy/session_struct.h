/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a session consists of, for its own files. session.c has the story, and is the only one
 * that the others do not include. Each group of fields is written by the file that is named.
 */
#ifndef PROXY_SESSION_STRUCT_H
#define PROXY_SESSION_STRUCT_H

#include <stdint.h>

#include "event/conn.h"
#include "proxy/backend.h"
#include "proxy/choice.h"
#include "proxy/peer.h"
#include "proxy/relay.h"
#include "proxy/session_state.h"

struct greeting;
struct listener;
struct service;

struct session {
	/* session.c */
	struct conn         client, server;
	struct relay        relay;
	struct timer        timer;	/* set by session_clock.c and session_wait.c too */
	uint64_t            started_us;	/* loop clock */

	/* session_greet.c */
	struct greeting    *greeting;	/* NULL: the protocol has none, or it has not begun */

	/* session_try.c */
	struct backend     *backend;	/* held from pick to end, else NULL */
	struct backend     *failed;	/* held: the last one that could not be dialled */
	struct choice       choice;	/* row: session_list.c, key: session_greet.c */
	uint32_t            connect_us;
	int16_t             error;	/* errno of the last failed try */
	uint16_t            tries;
	bool                hurried : 1;	/* dials with the rest of connect_total_timeout */

	/* session_clock.c */
	bool                lingers : 1;	/* the backend has gone, its answer is on the way */

	/* session_wait.c; `later` is session_list.c's once the session has ended */
	uint8_t             waits : 6;	/* how often it was put off at a limit */

	/* session.c */
	uint8_t             state;	/* enum session_state */

	/* session_clock.c */
	int16_t             streak;	/* pieces in a row: down, or (< 0) up */
	/* when each side last took or gave bytes: session_clock_now(), session_clock_silent() */
	uint32_t            client_at, server_at;
	uint32_t            first_byte_us;	/* after the start; 0: none yet */

	/* session_list.c */
	uint32_t            number;	/* the last part of its id */
	union peer          peer;
	struct service     *service;
	struct listener    *listener;
	struct list         link;	/* all of them, oldest first */
	struct list         moved;	/* on the list of the next sweep */
	struct deferred     later;
};

/* 100,000 idle sessions are as many of these. */
_Static_assert(sizeof(struct session) <= 416, "a session takes no more memory than before");

#endif
