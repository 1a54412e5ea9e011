/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One address that this worker accepts from, and its sockets. Counted: sessions hold the listener
 * that they came in by. Which sockets are watched is decided by listeners.c.
 */
#ifndef PROXY_LISTENER_H
#define PROXY_LISTENER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/addr.h"
#include "event/event.h"

struct change_address;
struct listener;
struct service;

struct listener_socket {		/* one socket of an address */
	struct event     event;
	struct listener *listener;
	uint32_t         batch;		/* accepts worth trying at once; accept.c */
	bool             waited;	/* for workers that have fewer sessions; accept_turn.c */
	struct timer     aside;		/* pending: not watched; see accept_turn.h */
	struct timer     held;		/* the same; see accept_wait.h */
	uint64_t         held_until;	/* loop clock */
	uint8_t          held_for;	/* accept_wait.c */
	bool             shut;		/* by the master, which is about to take it back */
	bool             exclusive;	/* see listener.c */
};

struct listener {		/* one address */
	struct list       link;		/* listeners.c */
	uint32_t          id;
	struct addr       addr;
	char              text[ADDR_TEXT];
	bool              shared;	/* one socket for all workers; else one for each */
	struct service   *service;
	uint32_t          references;
	unsigned          count;
	struct listener_socket **sockets;	/* the group may grow; none moves then */
	struct deferred   gone;
};

struct listener_handlers {
	event_handler *clients;		/* of each socket: clients wait */
	timer_handler *aside, *held;	/* of the timers of listener_socket */
};

struct listener *listener_new(const struct change_address *address,
			      const struct listener_handlers *handlers);
void listener_hold(struct listener *l);
/* The last one frees it, after this batch of events, which may still name its sockets. */
void listener_release(struct listener *l);
/* New sessions are sessions of `service` from now on. */
void listener_set_service(struct listener *l, struct service *service);
/* The sockets of `more` that `l` lacks, `first` being the place of the first one in the group. */
void listener_join(struct listener *l, struct listener *more, unsigned first);
/* Closes the sockets. */
void listener_close(struct listener *l);

/* Clients are wanted: by events, unless the socket is shut or set aside. */
void listener_watch(struct listener_socket *socket, bool wanted);
/* The master has shut the socket down: not watched any more, it would be reported for ever. */
void listener_shut(struct listener_socket *socket);

#endif
