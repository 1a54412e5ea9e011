/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A service: its settings and the backends that its sessions may go to. The registry owns it,
 * sessions and listeners hold it; a commit replaces conf and set.
 */
#ifndef PROXY_SERVICE_H
#define PROXY_SERVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/list.h"
#include "event/conn.h"
#include "proxy/backend.h"
#include "proxy/body.h"
#include "proxy/node_route.h"

struct balancer;
struct protocol;

struct service {
	struct list                link;	/* registry */
	struct handle              handle;
	char                      *name;
	struct object             *object;
	const struct service_conf *conf;	/* of the object */
	struct conn_tuning         tuning;	/* from conf */
	uint64_t                   patience_ms;	/* least timeout of silence; 0: none */
	struct backend_set         set;		/* of new sessions, by tiers */
	struct backend_set         groups;	/* names; their members are in the set */
	struct node_route_set           routes;	/* to nodes, in order; none: all of the set */
	const struct balancer     *balancer;
	const struct protocol     *greets;	/* protocol that begins with a greeting; NULL */
	uint32_t                   references;	/* the registry, sessions, listeners */
	struct list                unsorted;	/* in a list: its set has to be sorted */
	bool                       removed;
	uint64_t                   removed_at;	/* loop clock */
	/* Share of recent clients that had sent data when they were accepted (hits / tries). */
	uint32_t                   early_tries, early_hits;
	struct body_use            bodies;	/* what its sessions have buffered */
};

struct service *service_new(struct handle handle, const char *name);
void service_hold(struct service *s);
void service_release(struct service *s);	/* the last one frees it */

/* A reference to `object` passes to the service; the one before is released. */
void service_set_object(struct service *s, struct object *object);

/* Counts a session in and out of the shared cell; false: max_connections. */
bool service_enter(struct service *s, struct session_row *row) MUST_CHECK;
void service_leave(struct service *s, struct session_row *row);
/* The same for a session of another service that a route leads to the backends of this one. */
bool service_enter_via(struct service *s, struct session_row *row) MUST_CHECK;
void service_leave_via(struct service *s, struct session_row *row);

#endif
