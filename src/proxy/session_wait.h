/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A client at a limit (max_connections) waits for a moment before it is turned away: the sessions
 * that fill the limit may be over, and the kernel has not been asked yet, or another worker
 * has not come to it. Without that, of N clients at a limit of N that come one after the other
 * many would be refused.
 */
#ifndef PROXY_SESSION_WAIT_H
#define PROXY_SESSION_WAIT_H

#include <stdbool.h>

#include "core/base.h"

struct session;

/*
 * Has `again` called for the session in a later turn of the loop, or some milliseconds later.
 * false: it has waited long enough (about 250 ms).
 */
bool session_wait(struct session *s, void (*again)(struct session *s)) MUST_CHECK;
/* The timer of a session that waits has come. */
void session_wait_over(struct session *s);
/* It ends, or it was let in: the next limit is waited for anew. */
void session_wait_done(struct session *s);

#endif
