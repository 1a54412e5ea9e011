/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/accept_wait.h"

#include "proxy/accept.h"
#include "proxy/accept_pause.h"
#include "proxy/groups.h"
#include "proxy/listener.h"
#include "proxy/service.h"
#include "proxy/service_nodes.h"

#define STEP_MS 20	/* the answer to a check is a word in the shared memory, and no event */
#define BEGINNING_MS 5000	/* of the client that has waited longest */
/* Others may have taken the clients of a shared socket: whether there are any is asked again. */
#define SHARED_MS 1000

/* What clients wait for: a name's first answer, or that a cache is filled; nodes. */
enum { NOTHING, BEGINNING, NODES };

static uint8_t wait_of(const struct service *s)
{
	if (service_nodes_wait(s))
		return NODES;
	return groups_wait(s) || service_nodes_fill(s) ? BEGINNING : NOTHING;
}

static void hold(struct listener_socket *socket, uint8_t what)
{
	uint64_t most = what == BEGINNING ? BEGINNING_MS : SHARED_MS;
	bool ends = what == BEGINNING || socket->listener->shared;

	socket->held_for = what;
	socket->held_until = ends ? loop_now() + most : UINT64_MAX;
	event_want(&socket->event, 0);
	timer_set(&socket->held, STEP_MS);
}

void accept_wait_clients(struct event *ev, unsigned ready)
{
	struct listener_socket *socket = container_of(ev, struct listener_socket, event);
	uint8_t what = wait_of(socket->listener->service);

	if (what == NOTHING)
		accept_from(ev, ready);
	else
		hold(socket, what);
}

/* Clients that now wait for something else are reported again, and their time begins anew. */
void accept_wait_over(struct timer *t)
{
	struct listener_socket *socket = container_of(t, struct listener_socket, held);
	bool accepts = accept_pause_accepts();
	uint8_t what = accepts ? wait_of(socket->listener->service) : NOTHING;
	bool same = what != NOTHING && what == socket->held_for;

	if (same && loop_now() + STEP_MS < socket->held_until) {
		timer_set(t, STEP_MS);
		return;
	}
	if (same && what == BEGINNING)
		accept_all(socket);
	listener_watch(socket, accepts);
}

void accept_wait_end(struct listener *l)
{
	for (unsigned i = 0; i < l->count; i++)
		accept_all(l->sockets[i]);
}
