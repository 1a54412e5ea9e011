/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Routes of a service: ways from the key of a session to a node, in their order. A route names
 * backends of its service, those of another service, or one address that it makes of the key. A
 * new way is a row in node_route_kind.c, beside its directive in config/.
 */
#ifndef PROXY_NODE_ROUTE_H
#define PROXY_NODE_ROUTE_H

#include <stdint.h>

#include "core/handle.h"
#include "core/regex.h"

struct backend_set;
struct object;
struct route_conf;
struct node_route_kind;

struct node_route {
	struct object           *object;	/* its name is that of the route */
	const struct route_conf *conf;		/* of the object */
	const struct node_route_kind *kind;
	struct handle            handle;	/* a cell for nodes that it finds */
	struct regex             regex;		/* of match */
};

struct node_route_set {
	uint32_t       count, room;
	struct node_route **list;
};

/* Adds the route, or replaces the one with that cell. A reference to `object` passes to it. */
void node_route_set_put(struct node_route_set *set, struct object *object, struct handle handle);
void node_route_set_remove(struct node_route_set *set, struct handle handle);
void node_route_set_close(struct node_route_set *set);

/* The routes or the backends have changed: orders the routes, and notes each backend's. */
void node_route_set_number(struct node_route_set *set, struct backend_set *backends);

#endif
