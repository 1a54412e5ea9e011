/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tries to connect a session to a backend: which one, whether there may be another one
 * (connect_tries, connect_total_timeout), how long one may take, and what its result means for
 * the backend. Connecting is the session's own business.
 */
#ifndef PROXY_SESSION_TRY_H
#define PROXY_SESSION_TRY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/addr.h"
#include "core/base.h"
#include "core/layout.h"

struct session;

bool session_try_allowed(const struct session *s);

/* Chooses a backend and holds it as s->backend. false: none is usable; see session_try_full(). */
bool session_try_take(struct session *s) MUST_CHECK;
/* Some would be usable, had they not max_connections sessions. */
bool session_try_full(const struct session *s);

/* Of s->backend; where its port is `*`, a copy in *room with the port that the client used. */
const struct addr *session_try_address(const struct session *s, struct addr *room);
/* In ms, 0: no limit. */
uint64_t session_try_timeout(struct session *s);

/* s->backend is connected: it is held until the end. */
void session_try_connected(struct session *s);
/* The try has failed, which may count against the backend: given back, and not chosen again. */
void session_try_failed(struct session *s, int error);
/*
 * The same for one that took too long. Does not count against the backend where other tries have
 * used up connect_total_timeout before: it has had no fair chance.
 */
void session_try_timed_out(struct session *s);

/* What this machine lacked in the last try, so that another one is no use; else PAUSE_NONE. */
/* No backend is left, and no shortage is to blame. */
enum reason session_try_reason(const struct session *s);
enum pause_cause session_try_shortage(const struct session *s);

/* The session ends: gives back what is held. */
void session_try_close(struct session *s);

#endif
