/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One stream connection: an event, and the calls that move bytes. It notes by itself
 * when a read or write would block (event_drained()). It knows nothing about sessions.
 */
#ifndef EVENT_CONN_H
#define EVENT_CONN_H

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "event/event.h"

struct addr;

enum io {
	IO_OK,		/* moved at least one byte */
	IO_AGAIN,	/* would block */
	IO_EOF,
	IO_ERROR,	/* errno says why */
};

struct conn {
	struct event event;
	bool         write_shut;
	bool         connecting;	/* connect() is under way */
	bool         nodelay, kept_alive;	/* options that were set */
	bool         local;		/* a unix socket */
};

struct conn_tuning {
	bool nodelay, keepalive;
	int  idle, interval, count;	/* seconds, seconds, probes */
};

void conn_setup(struct conn *c, int fd, event_handler *handler);

/*
 * Starts connecting. IO_OK: connected, or c->connecting and a write finds out.
 * IO_ERROR: errno; nothing is open. IO_AGAIN: a unix socket's backlog is full.
 * ECONNREFUSED also when it would be connected with itself: see conn_self.h.
 */
enum io conn_dial(struct conn *c, const struct addr *to, event_handler *handler) MUST_CHECK;
int conn_error(const struct conn *c);	/* SO_ERROR: 0, or why it failed; reported once */

/* Bytes that were received and not read; bytes that were sent and not confirmed by the peer. */
bool conn_has_unread(const struct conn *c);
bool conn_has_unsent(const struct conn *c);

enum io conn_read(struct conn *c, void *into, size_t room, size_t *n) MUST_CHECK;
enum io conn_write(struct conn *c, const void *from, size_t len, size_t *n) MUST_CHECK;

/*
 * After a read of `got` bytes into `room`: true if it was the last one, because the hang-up had
 * been reported before.
 */
bool conn_ended(const struct conn *c, size_t got, size_t room);

/* TCP options, each set once, when a connection has lived long enough to need it. */
void conn_nodelay(struct conn *c, const struct conn_tuning *tuning);	/* before a second write */
void conn_keepalive(struct conn *c, const struct conn_tuning *tuning);
/*
 * With bytes under way: whether the peer has confirmed nothing, not even that its buffer is full,
 * for as long as keepalive takes to give a peer up. (Linux; elsewhere the kernel closes it.)
 */
bool conn_is_dead(const struct conn *c, const struct conn_tuning *tuning);
/* Milliseconds until keepalive gives up a peer that has gone. */
uint64_t conn_dead_after(const struct conn_tuning *tuning);
void conn_shut(struct conn *c);		/* no more writes; once */
void conn_close(struct conn *c);
/* Both at once: one close_range() where the descriptors are neighbours. */
void conn_close_pair(struct conn *a, struct conn *b);
/* Close with RST. */
void conn_abort(struct conn *c);

#endif
