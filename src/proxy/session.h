/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One client connection, from accept to log line:
 *
 *	start -> pick -> dial -> carry -> end
 *	           ^------'  (dial failed: pick another)
 *
 * A session frees itself; nobody else holds a pointer to one, but the access
 * log while it writes the line.
 */
#ifndef PROXY_SESSION_H
#define PROXY_SESSION_H

#include <netinet/in.h>
#include <stdint.h>

#include "core/reason.h"
#include "event/conn.h"
#include "proxy/backend.h"
#include "proxy/relay.h"

struct listener;
struct service;

enum session_state { SESSION_DIALLING, SESSION_RELAYING, SESSION_ENDED };

union peer {	/* a client's address; unix ones have no name worth keeping */
	struct sockaddr     sa;
	struct sockaddr_in  in;
	struct sockaddr_in6 in6;
};

struct session {
	struct conn         client, server;
	struct relay        relay;
	struct service     *service;
	struct listener    *listener;
	struct backend     *backend;	/* held from pick to end, else NULL */
	struct backend     *failed;	/* held: the last one that could not be dialled */
	struct choice       choice;
	struct timer        timer;
	struct list         link;	/* all of them, oldest first */
	struct list         stirred;	/* on the list of the next sweep */
	struct deferred     gone;	/* also of one that waits at a limit */
	uint64_t            started_us;	/* loop clock */
	/* when each side last took or gave bytes: session_now(), see session_silent() */
	uint32_t            client_at, server_at;
	uint32_t            connect_us;
	uint32_t            first_byte_us;	/* after the start; 0: none yet */
	struct session_row *row;
	uint32_t            number;	/* the last part of its id */
	uint32_t            early;	/* bytes in the scratch buffer, until the loop turns */
	uint32_t            tries;
	int16_t             streak;	/* pieces in a row: down, or (< 0) up */
	int16_t             error;	/* errno of the last failed try */
	uint8_t             state;	/* enum session_state */
	uint8_t             waits;	/* how often it was put off at a limit */
	bool                hurried;	/* dials with the rest of connect_total_timeout */
	bool                lingers;	/* the backend has gone, its answer is on the way */
	union peer          peer;
};

/* The loop clock in ms, its low half: for client_at and server_at. */
static inline uint32_t session_now(void)
{
	return (uint32_t)loop_now();
}

/* Milliseconds since `at`, less than 49 days ago. */
static inline uint64_t session_silent(uint32_t at)
{
	return session_now() - at;
}

/* Once per worker. */
void sessions_open(void);

/* Takes over `fd`, an accepted connection. */
void session_start(struct listener *listener, int fd, const union peer *peer);

uint32_t sessions_active(void);
/* After a change of the settings: a new timeout counts from the last byte. */
void session_changed(struct session *s);
/* Those of a service, of a backend, or (NULL) all: ended for `why`. */
void sessions_end(const struct service *service, const struct backend *backend, enum reason why);
/* Once a second: keepalive of those that live longer; drain timeouts. */
void sessions_sweep(void);
/* After a change: some may be with what leaves now. */
void sessions_changed(void);
/* `done` is called when the last one has ended; at once if there is none. */
void sessions_when_none(void (*done)(void));

#endif
