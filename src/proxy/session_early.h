/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The first bytes of a client, read right after it was accepted: clients that speak first have
 * often done so by now, and reading before the loop hears of it saves a turn and a call. Where
 * they mostly have not, as with protocols whose servers begin, it is left out.
 */
#ifndef PROXY_SESSION_EARLY_H
#define PROXY_SESSION_EARLY_H

#include <stdbool.h>

#include "core/base.h"
#include "core/slice.h"
#include "event/conn.h"
#include "proxy/session_pass.h"	/* instead of them: the client itself */

struct session;

/* *bytes are in the scratch buffer, until the loop turns. IO_AGAIN: none, or not tried. */
enum io session_early_read(struct session *s, struct slice *bytes) MUST_CHECK;

/*
 * Dials s->backend, whose events `handler` gets, and sends *bytes right behind connect(); none is
 * left there, what does not go is kept. 0: connected, for bytes have gone or connect() said so, or
 * under way (server.connecting); else errno: it has failed.
 */
int session_early_dial(struct session *s, struct slice *bytes, event_handler *handler) MUST_CHECK;

#endif
