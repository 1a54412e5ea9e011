/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/listener.h"

#include <stdlib.h>

#include "core/log.h"
#include "process/change.h"
#include "proxy/service.h"

static struct listener_socket *socket_new(struct listener *l, int fd,
					  const struct listener_handlers *handlers)
{
	struct listener_socket *socket = calloc(1, sizeof(*socket));

	CHECK(socket != NULL);
	socket->listener = l;
	socket->batch = 1;
	event_setup(&socket->event, fd, handlers->clients);
	event_set_shared(&socket->event, l->shared);
	socket->exclusive = l->shared;
	timer_setup(&socket->aside, handlers->aside);
	timer_setup(&socket->held, handlers->held);
	return socket;
}

struct listener *listener_new(const struct change_address *a,
			      const struct listener_handlers *handlers)
{
	struct listener *l = calloc(1, sizeof(*l));

	CHECK(l != NULL);
	list_init(&l->link);
	l->id = a->id;
	l->addr = a->addr;
	l->shared = a->shared;
	l->count = a->count;
	l->references = 1;
	addr_print(&a->addr, l->text, sizeof(l->text));
	l->sockets = calloc(a->count, sizeof(*l->sockets));
	CHECK(l->sockets != NULL);
	for (unsigned i = 0; i < a->count; i++)
		l->sockets[i] = socket_new(l, a->fds[i], handlers);
	return l;
}

void listener_hold(struct listener *l)
{
	l->references++;
}

static void free_listener(struct deferred *d)
{
	struct listener *l = container_of(d, struct listener, gone);

	for (unsigned i = 0; i < l->count; i++)
		free(l->sockets[i]);
	free(l->sockets);
	free(l);
}

void listener_release(struct listener *l)
{
	if (--l->references != 0)
		return;
	if (l->service != NULL)
		service_release(l->service);
	loop_defer(&l->gone, free_listener);
}

void listener_set_service(struct listener *l, struct service *service)
{
	struct service *before = l->service;

	if (service == before)
		return;
	service_hold(service);
	l->service = service;
	if (before != NULL)
		service_release(before);
}

/*
 * The sockets of `more` that `l` does not have: an address that comes back while it is closed is
 * sent to all workers, and only new ones lack it. The rest stays with `more`.
 */
void listener_join(struct listener *l, struct listener *more, unsigned first)
{
	unsigned had = l->count > first ? l->count - first : 0;
	unsigned added = more->count > had ? more->count - had : 0;

	if (added == 0)
		return;
	l->sockets = realloc(l->sockets, (l->count + added) * sizeof(*l->sockets));
	CHECK(l->sockets != NULL);
	for (unsigned i = had; i < more->count; i++) {
		more->sockets[i]->listener = l;
		l->sockets[l->count++] = more->sockets[i];
	}
	more->count = had;
}

void listener_close(struct listener *l)
{
	for (unsigned i = 0; i < l->count; i++) {
		timer_cancel(&l->sockets[i]->aside);
		timer_cancel(&l->sockets[i]->held);
		event_close(&l->sockets[i]->event);
	}
}

/*
 * Of an inherited socket another program may accept too. If the kernel woke a worker of ours alone,
 * and the worker left the client waiting for a backend, that program would not hear of the client.
 */
static bool is_exclusive(const struct listener *l)
{
	return l->shared && !(l->addr.kind == ADDR_FD && l->service != NULL &&
			      l->service->conf->when_empty == WHEN_EMPTY_WAIT);
}

/* The kernel does not change this of a descriptor that is watched: it becomes another event. */
static void set_exclusive(struct listener_socket *socket, bool exclusive)
{
	struct event *ev = &socket->event;
	int fd = ev->fd;

	if (socket->exclusive == exclusive || fd == -1)
		return;
	event_forget(ev);
	event_setup(ev, fd, ev->handler);
	event_set_shared(ev, exclusive);
	socket->exclusive = exclusive;
}

void listener_watch(struct listener_socket *socket, bool wanted)
{
	bool watched = wanted && !socket->shut && !timer_pending(&socket->aside) &&
		       !timer_pending(&socket->held);

	set_exclusive(socket, is_exclusive(socket->listener));
	event_want(&socket->event, watched ? EVENT_READ : 0);
}

void listener_shut(struct listener_socket *socket)
{
	socket->shut = true;
	event_want(&socket->event, 0);
}
