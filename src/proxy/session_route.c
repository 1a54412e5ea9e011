/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/session_route.h"

#include <errno.h>

#include "config/config_uwsgi.h"
#include "proxy/node_route_kind.h"
#include "proxy/protocol.h"
#include "proxy/registry.h"
#include "proxy/service.h"
#include "proxy/session_route_address.h"
#include "proxy/session_script.h"
#include "proxy/session_source.h"
#include "proxy/session_struct.h"

bool session_route_used(const struct session *s)
{
	return s->greeting != NULL && s->service->routes.count != 0;
}

/* Leaves the service of before; NULL: its own. The session counts in the other one already. */
static void use_service(struct session *s, struct service *other)
{
	struct route_walk *w = &s->greeting->walk;

	if (w->via == other)
		return;
	if (w->via != NULL) {
		service_leave_via(w->via, s->choice.row);
		service_release(w->via);
	}
	w->via = other;
}

/* false: it has max_connections sessions, its own and those that routes lead there. */
static bool enter_service(struct session *s, struct service *other)
{
	struct route_walk *w = &s->greeting->walk;

	if (w->via == other || other == s->service)
		return true;
	use_service(s, NULL);
	if (!service_enter_via(other, s->choice.row))
		return false;
	service_hold(other);
	w->via = other;
	return true;
}

static bool has_backends(const struct service *s, uint16_t route)
{
	for (uint32_t i = 0; i < s->set.count; i++) {
		if (s->set.list[i]->route == route || route == ROUTE_ANY)
			return true;
	}
	return false;
}

/* Of its own service or of another one; by that one's balancer, checks and limits. */
static struct backend *take_backend(struct session *s, const struct node_route *r)
{
	struct route_walk *w = &s->greeting->walk;
	struct service *other = r->kind->other ? registry_find(r->conf->backends) : s->service;
	struct backend *b = NULL;

	if (other == NULL)
		return NULL;
	s->choice.route = r->kind->other ? ROUTE_ANY : (uint16_t)w->at;
	if (!r->kind->other) {
		use_service(s, NULL);
		b = choice_take(other, &s->choice);
	} else if (enter_service(s, other)) {
		b = choice_take(other, &s->choice);
		if (b == NULL)
			use_service(s, NULL);
	} else {
		w->full = w->full || choice_any(other);
	}
	if (b == NULL) {
		w->full = w->full || choice_full(other, &s->choice);
		w->named = w->named || has_backends(other, s->choice.route);
	}
	return b;
}

/* The only node of the route, once: the address that the key makes. */
static struct backend *find_node(struct session *s, const struct node_route *r)
{
	struct route_walk *w = &s->greeting->walk;
	struct addr addr;
	struct backend *b;

	if ((w->asked & 1u << w->at) != 0)
		return NULL;
	w->asked |= 1u << w->at;
	if (!session_route_address(s, r, &addr))
		return NULL;
	b = backend_found(r->object, r->handle, &addr);
	choice_count(&s->choice, b);
	use_service(s, NULL);
	return b;
}

static struct backend *take_by(struct session *s, const struct node_route *r)
{
	if (r->kind->address != NULL)
		return find_node(s, r);
	if (r->kind->source == NULL && !r->kind->script)
		return take_backend(s, r);
	/* the row has room for one of both */
	use_service(s, NULL);
	if (r->kind->script)
		return session_script_take(s, r);
	return session_source_take(s, r);
}

struct backend *session_route_take(struct session *s)
{
	const struct node_route_set *routes = &s->service->routes;
	struct route_walk *w = &s->greeting->walk;

	w->script_ms = 0;
	w->filling = false;
	/* after a wait at a limit: any of them may have room now */
	if (w->at >= routes->count)
		w->at = 0;
	w->full = false;
	for (; w->at < routes->count; w->at++) {
		const struct node_route *r = routes->list[w->at];
		struct backend *b;

		if (r->conf->use == ROUTE_FOR_FAILED && !w->named)
			continue;
		b = take_by(s, r);
		if (b == NULL && (w->script_ms != 0 || w->filling))
			return NULL;	/* until the script has answered, or all items are there */
		if (b == NULL)
			continue;
		object_release(w->route);
		w->route = object_hold(r->object);
		return b;
	}
	return NULL;
}

struct service *session_route_service(const struct session *s)
{
	return s->greeting != NULL && s->greeting->walk.via != NULL ? s->greeting->walk.via
								    : s->service;
}

/* A socket that is not there, or that is heddle's own: see session_early.c. */
static bool means_missing(const struct route_conf *conf, int error)
{
	return error == EDEADLK || (error == ENOENT && node_route_kind_of(conf)->by_key);
}

bool session_route_missing(struct session *s, int error)
{
	const struct route_conf *conf;

	if (!session_route_used(s))
		return false;
	conf = s->backend->found ? s->backend->object->conf : NULL;
	/* a subscribed node was announced by somebody: its socket may come back */
	if (conf == NULL || s->backend->subscribed || !means_missing(conf, error)) {
		s->greeting->walk.named = true;
		return false;
	}
	object_release(s->greeting->walk.route);
	s->greeting->walk.route = NULL;
	return true;
}

bool session_route_unknown(const struct session *s)
{
	return session_route_used(s) && !s->greeting->walk.named;
}

void session_route_release(struct session *s)
{
	if (s->greeting != NULL)
		session_script_close(s);
}

void session_route_connected(const struct session *s)
{
	const struct object *route = s->greeting != NULL ? s->greeting->walk.route : NULL;

	if (route != NULL && !s->backend->found)
		atomic_fetch_add_explicit(&backend_cell(route->handle.index)->sessions, 1,
					  memory_order_relaxed);
}

bool session_route_full(const struct session *s)
{
	return s->greeting->walk.full;
}

const char *session_route_name(const struct session *s)
{
	return s->greeting != NULL && s->greeting->walk.route != NULL
		? s->greeting->walk.route->name : NULL;
}

void session_route_close(struct session *s)
{
	struct route_walk *w = &s->greeting->walk;

	session_script_close(s);
	object_release(w->route);
	w->route = NULL;
	use_service(s, NULL);
}
