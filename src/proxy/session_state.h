/* SPDX-License-Identifier: BSD-2-Clause */
/* The states of a session, one row each: its word in the access log, and what limits it. */
#ifndef PROXY_SESSION_STATE_H
#define PROXY_SESSION_STATE_H

#include <stddef.h>
#include <stdint.h>

#include "core/reason.h"

struct service_conf;

enum session_state {
	SESSION_GREETING,	/* the client has not sent the whole greeting of the protocol */
	SESSION_BUFFERING,	/* its request is collected: session_greet_body.c */
	SESSION_QUEUED,		/* waits at a limit: max_connections of the service or backends */
	SESSION_DIALLING,	/* from the choice of a backend until one is connected */
	SESSION_RELAYING,
	SESSION_ANSWERED,	/* it is over, and the client was told: see session_answer.h */
	SESSION_ENDED,
};

struct session_state_row {
	const char *phase;	/* word of the access log; heddle-log(7) has its sentence */
	size_t      timeout;	/* offset of its directive in struct service_conf; 0: none */
	enum reason over;	/* why a session ends that may stay no longer */
};

extern const struct session_state_row session_states[];

/* The timeout of the state in ms; 0: none. */
uint64_t session_state_timeout(enum session_state state, const struct service_conf *conf);

#endif
