/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Clients of a service whose names have no answer yet stay in the listening socket until there is
 * one (groups.h), and at most 5 s: then they are accepted, and find no backend.
 */
#ifndef PROXY_ACCEPT_WAIT_H
#define PROXY_ACCEPT_WAIT_H

#include "event/event.h"

struct listener;

/* Its service has changed: chooses the handler of its sockets, accept_from() where none waits. */
void accept_wait_use(struct listener *l);
/* The address is being closed: accepts all clients that wait. */
void accept_wait_end(struct listener *l);

/* The handler of listener_socket.event where the service has groups, or is not known yet. */
void accept_wait_clients(struct event *ev, unsigned ready);
/* The handler of listener_socket.held. */
void accept_wait_over(struct timer *t);

#endif
