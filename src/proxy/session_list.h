/* SPDX-License-Identifier: BSD-2-Clause */
/* The list of this worker's sessions: allocation, iteration, how many there are. */
#ifndef PROXY_SESSION_LIST_H
#define PROXY_SESSION_LIST_H

#include <stdbool.h>
#include <stdint.h>

struct list;
struct listener;
struct session;
union peer;

/* Once per worker. */
void session_list_open(void);

/*
 * Zeroed, with row, number and peer, holding listener and service, at the end of the list. NULL:
 * out of memory or rows.
 */
struct session *session_list_new(struct listener *listener, const union peer *peer);

/* Everything else is closed and given back: the session is freed once the batch is over. */
void session_list_remove(struct session *s);

uint32_t session_list_active(void);

/* The session behind `s`, the first one for NULL; NULL at the end. Oldest first. */
struct session *session_list_next(const struct session *s);

/* The session has connected or moved bytes: the next sweep handles it. */
void session_list_mark(struct session *s);
/* Moves those that are marked to `batch`, which is empty. */
void session_list_take_marked(struct list *batch);
/* The first one of `batch`, unmarked; NULL: it is empty. */
struct session *session_list_unmark(struct list *batch);

/* Some sessions may be with a service or backend that was removed or drains. */
bool session_list_leaving(void);
void session_list_set_leaving(bool some);

/* `done` is called when the last one has ended; at once if there is none. */
void session_list_when_empty(void (*done)(void));

#endif
