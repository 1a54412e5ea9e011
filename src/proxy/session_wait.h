/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A client at a limit (max_connections) waits for a moment before it is refused: sessions that
 * count may have ended, and this worker or another one has not handled the event yet. Without the
 * wait, many of N serial clients would be refused at a limit of N.
 */
#ifndef PROXY_SESSION_WAIT_H
#define PROXY_SESSION_WAIT_H

#include <stdbool.h>

#include "core/base.h"

struct deferred;
struct session;

/*
 * `again` is called with s->later in a later turn of the loop, or the session's timer comes some
 * milliseconds later. false: it has waited long enough (about 250 ms).
 */
bool session_wait(struct session *s, void (*again)(struct deferred *later)) MUST_CHECK;
/* The configuration has changed: the route that it waits for may have gone. */
void session_wait_changed(struct session *s);
/* The session ends, or was let in: the wait at the next limit begins anew. */
void session_wait_done(struct session *s);

#endif
