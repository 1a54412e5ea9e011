/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One stream connection: an event plus the way bytes move. Tells the loop by
 * itself when a side is drained. Knows nothing about sessions.
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
	bool         connecting;	/* connect() has not said yes or no */
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
 */
enum io conn_dial(struct conn *c, const struct addr *to, event_handler *handler) MUST_CHECK;
int conn_error(const struct conn *c);	/* SO_ERROR: 0, or why dialling failed */

enum io conn_read(struct conn *c, void *into, size_t room, size_t *n) MUST_CHECK;
enum io conn_write(struct conn *c, const void *from, size_t len, size_t *n) MUST_CHECK;

/*
 * After a read of `got` bytes into `room`: it was the last, the hang-up had been
 * reported before it.
 */
bool conn_ended(const struct conn *c, size_t got, size_t room);

/* TCP options, each set once, when a connection has lived long enough to need it. */
void conn_nodelay(struct conn *c, const struct conn_tuning *tuning);	/* before a second write */
void conn_keepalive(struct conn *c, sa_family_t family, const struct conn_tuning *tuning);
void conn_shut(struct conn *c);		/* no more writes; once */
void conn_close(struct conn *c);
/* Both at once: one close_range() where the descriptors are neighbours. */
void conn_close_pair(struct conn *a, struct conn *b);
/* Close with RST. */
void conn_abort(struct conn *c);

#endif
