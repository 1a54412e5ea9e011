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

struct session;

/* *bytes are in the scratch buffer, until the loop turns. IO_AGAIN: none, or not tried. */
enum io session_early_read(struct session *s, struct slice *bytes) MUST_CHECK;

/*
 * Sends *bytes right behind connect(); none is left there, what does not go is kept. *went: some
 * did, so the connection stands and nobody need ask. 0, or errno: the connection has failed.
 */
int session_early_send(struct session *s, struct slice *bytes, bool *went) MUST_CHECK;

#endif
