/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The addresses that this worker accepts from. All sockets are the master's
 * and every worker holds copies; it arms those of its own slots, and those of
 * neighbours that are gone, hang, drain or pause, so that nobody waits in a
 * queue that is not served.
 */
#ifndef PROXY_LISTENERS_H
#define PROXY_LISTENERS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/addr.h"
#include "core/layout.h"
#include "core/list.h"
#include "event/event.h"

struct change_op;
struct listener;
struct service;

struct listening {		/* one socket of an address */
	struct event     event;
	struct listener *listener;
	uint32_t         batch;	/* accepts worth trying at once */
	bool             waited;	/* for workers that have fewer sessions */
	struct timer     aside;		/* watches it again: see accept_turn.h */
	bool             shut;	/* by the master, which is about to take it back */
};

struct listener {		/* one address */
	struct list       link;
	uint32_t          id;
	struct addr       addr;
	char              text[ADDR_TEXT];
	bool              shared;	/* one socket for all workers; else one for each */
	struct service   *service;
	uint32_t          references;
	unsigned          count;
	struct listening **sockets;	/* those that came first never move: the group may grow */
	struct deferred   gone;
};

void listeners_open(void);
/* CHANGE_ADDRESS; everything else is false. */
bool listeners_prepare(const struct change_op *op);
void listeners_commit(void);
void listeners_abort(void);

void listener_hold(struct listener *l);
void listener_release(struct listener *l);

/* Accepts what waits in an address that is being given up, until there is nothing. */
void listeners_retire(uint32_t id);
/* The master has shut it: it would be reported until all workers know of it. */
void listening_shut(struct listening *socket);
/* Wants its clients again, unless this worker accepts none now. For sockets that all share. */
void listening_watch(struct listening *socket);
/* Whether the process of the slot is a worker that accepts. */
bool listeners_accepting(const struct slot *slot);
/* Looks at the neighbours: who serves which slot. */
void listeners_look(void);
/* No more accepting, for good (drain, stop). */
void listeners_stop(void);

/* Not now: out of descriptors, memory or rows. A session's end or 100 ms start it again. */
void listeners_pause(enum pause_cause cause);
void listeners_resume(void);
bool listeners_paused(void);

#endif
