/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The instances that announced themselves through a fan-out: the last announcement of each, while
 * it is fresh. No sockets in here: whoever receives calls known_take() before the datagram is
 * passed on, and a target that is new is sent what known_replay() gives. They lie in shared memory
 * (core/known_table.h), so that they outlive a resolver process that dies.
 */
#ifndef UDP_KNOWN_H
#define UDP_KNOWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "core/shared_table.h"
#include "core/slice.h"

struct fanout_conf;
struct known;

#define KNOWN_KEPT 64	/* calls for which a datagram of known_take() stays as it is */

/*
 * Of the fan-out with this name; what a predecessor has left is there. `wanted` is called when
 * another process asks for a replay (shared_table_wish()); `what` is 0, for all targets, or the
 * known_wish() of one.
 */
struct known *known_open(const char *fanout, const struct fanout_conf *conf,
			 void (*wanted)(void *owner, uint32_t what), void *owner);
uint32_t known_wish(struct slice what);
void known_configure(struct known *k, const struct fanout_conf *conf);
/* The fan-out is removed: its instances are forgotten. */
void known_close(struct known *k);
/* The process ends, the fan-out does not: they stay for the successor. */
void known_leave(struct known *k);

enum known_verdict {
	KNOWN_PASS,
	KNOWN_REPLACED,	/* *out is to be sent in its place: fill_address */
	KNOWN_DROP,	/* no announcement, and protocol: uwsgi_subscription */
};

/* `sender` may be NULL. `now_ms` is the loop's clock. */
enum known_verdict known_take(struct known *k, struct slice datagram, const struct sockaddr *sender,
			      uint64_t now_ms, struct slice *out) MUST_CHECK;

/*
 * A replay to one target: at most replay_rate a second, each instance in its newest form, and
 * none that was withdrawn. What is announced while it runs is passed on anyhow, and may come again.
 */
struct known_cursor {
	struct shared_walk walk;
	uint64_t           last_ms;	/* of the last call */
	uint64_t           credit;	/* thousandths of datagrams that may be sent by then */
	bool               done;
};
void known_replay_begin(struct known_cursor *c, uint64_t now_ms);
/*
 * The next datagrams, at most `max`; valid until known_take() or the loop's next turn. 0 and not
 * c->done: none may be sent yet. To be called every KNOWN_REPLAY_MS or so.
 */
#define KNOWN_REPLAY_MS 10
size_t known_replay(struct known *k, struct known_cursor *c, uint64_t now_ms, struct slice *out,
		    size_t max) MUST_CHECK;

/* Those that are too old are forgotten within half of `tolerance`. */
uint64_t known_count(const struct known *k);

/* A part of that work, as the timer does it. */
void known_expire(struct known *k, uint64_t now_ms);

#endif
