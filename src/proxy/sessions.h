/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All sessions of this worker as a crowd: made, found, swept, freed. For the session's
 * own files.
 */
#ifndef PROXY_SESSIONS_H
#define PROXY_SESSIONS_H

struct listener;
struct session;

/* Zeroed, with a row and a number, holding listener and service; NULL: out of memory or rows. */
struct session *sessions_new(struct listener *listener);

/* It has connected or moved bytes: the next sweep counts them, and sets its keepalive in time. */
void sessions_stir(struct session *s);

/* Everything is closed and given back: the rest is freed once the batch is over. */
void sessions_gone(struct session *s);

#endif
