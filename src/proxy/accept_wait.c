/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/accept_wait.h"

#include "proxy/accept.h"
#include "proxy/accept_pause.h"
#include "proxy/groups.h"
#include "proxy/listener.h"
#include "proxy/service.h"

#define WAIT_MS 5000	/* of the client that has waited longest */
#define STEP_MS 20	/* the answer to a check is a word in the shared memory, and no event */

void accept_wait_clients(struct event *ev, unsigned ready)
{
	struct listener_socket *socket = container_of(ev, struct listener_socket, event);

	if (!groups_wait(socket->listener->service)) {
		accept_from(ev, ready);
		return;
	}
	socket->held_until = loop_now() + WAIT_MS;
	event_want(ev, 0);
	timer_set(&socket->held, STEP_MS);
}

void accept_wait_over(struct timer *t)
{
	struct listener_socket *socket = container_of(t, struct listener_socket, held);
	bool waits = groups_wait(socket->listener->service);

	if (waits && loop_now() + STEP_MS < socket->held_until) {
		timer_set(t, STEP_MS);
		return;
	}
	if (waits && accept_pause_accepts())
		accept_all(socket);
	listener_watch(socket, accept_pause_accepts());
}

void accept_wait_end(struct listener *l)
{
	for (unsigned i = 0; i < l->count; i++)
		accept_all(l->sockets[i]);
}
