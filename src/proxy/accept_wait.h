/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Clients that wait in the listening socket. Those of a service whose names have no answer yet do
 * so until there is one (groups.h), and at most 5 s: then they are accepted, and find no backend.
 * So do those of a service whose cache is being filled after a start (service_nodes_fill()).
 * With `when_empty: wait` they do so as long as no backend is usable (service_nodes.h). What they
 * wait for is looked at every 20 ms, and only where a client waits.
 */
#ifndef PROXY_ACCEPT_WAIT_H
#define PROXY_ACCEPT_WAIT_H

#include "event/event.h"

struct listener;

/* The address is being closed: accepts all clients that wait. */
void accept_wait_end(struct listener *l);

/*
 * The handler of listener_socket.event. Whether clients wait is asked at every event: a change may
 * give a service its first name without a change of its address.
 */
void accept_wait_clients(struct event *ev, unsigned ready);
/* The handler of listener_socket.held. */
void accept_wait_over(struct timer *t);

#endif
