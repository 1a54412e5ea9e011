/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A backend, and the set of a service. A backend is immutable, but for how log lines call it, and
 * counted: the set and sessions hold it. What changes is in its cell of the shared memory: how many
 * sessions it has, whether it is up. choice.h says which backend may get a session.
 */
#ifndef PROXY_BACKEND_H
#define PROXY_BACKEND_H

#include <stdbool.h>
#include <stdint.h>

#include "config/config.h"
#include "core/base.h"
#include "core/handle.h"
#include "core/scoreboard.h"

struct arena;
struct session_row;

struct backend {
	struct object             *object;
	const struct backend_conf *conf;	/* of the object */
	const char                *name, *address;	/* the latter as printed */
	const char                *shown;	/* in log lines: the address, or a name HOST:PORT */
	const char                *given;	/* that name, of an address that it has; NULL */
	struct handle              handle;
	uint32_t                   references;
	uint16_t                   route;	/* place of its route, see node_route.h */
	bool                       found;	/* for one session, at an address of its own */
	bool                       subscribed;	/* ... a node of a pool: core/pool.h */
	uint32_t                   cell;	/* ... its cell: core/pool_cell.h */
	uint64_t                   hold;	/* ... and hold-off when it was chosen */
};

/* A node at an address that a route has found for one session; it counts in the route's cell. */
struct backend *backend_found(struct object *route, struct handle handle, const struct addr *addr);
/* Of one that was found, before a packet is written for it. */
void backend_set_modifiers(struct backend *b, unsigned modifier1, unsigned modifier2);
/* The same of a node that is subscribed; the session counts in its cell. */
struct pool_node;
struct backend *backend_subscribed(struct object *route, struct handle handle,
				   const struct addr *addr, const struct pool_node *node);


struct backend_set {
	uint32_t         count, room;
	struct backend **list;	/* file order */
};

/* A reference to `object` passes to the backend. */
struct backend *backend_new(struct object *object, struct handle handle);
void backend_hold(struct backend *b);
void backend_release(struct backend *b);	/* the last one frees it */

/* Sessions that it has now, of all workers. */
static inline uint32_t backend_sessions(const struct backend *b)
{
	return active_count(backend_active(b->handle.index));
}

/* Room for `count` backends. Sessions hold backends, never a set. false: out of memory. */
bool backend_set_resize(struct backend_set *set, uint32_t count) MUST_CHECK;
/* The only address of a name HOST:PORT is shown as that name. The set is sorted. */
void backend_set_show(struct backend_set *set);
void backend_set_close(struct backend_set *set);	/* and releases its backends */

/* Undoes choice_take(): gives the count back and releases it. */
void backend_give(struct backend *b, struct session_row *row);

#endif
