/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One client connection, from accept to log line:
 *
 *	start -> admit -> greet -> pick -> dial -> carry -> end
 *	                             ^------'  (dial failed: pick another)
 *
 * A session frees itself; nobody else holds a pointer to one, but the files of its parts during
 * a call, and the list of all.
 */
#ifndef PROXY_SESSION_H
#define PROXY_SESSION_H

#include "core/reason.h"

struct listener;
struct session;
union peer;

/* Takes over `fd`, an accepted connection. */
void session_start(struct listener *listener, int fd, const union peer *peer);

/* After a change of the settings: a new timeout counts from the last byte. */
void session_changed(struct session *s);

/* The only exit: cancels, closes, gives back, counts, writes one line. Once ended: nothing. */
void session_end(struct session *s, enum reason why);

#endif
