/* SPDX-License-Identifier: BSD-2-Clause */
/* A node of a pool for a session of a route, from whichever source the pool is. */
#ifndef PROXY_SESSION_POOL_H
#define PROXY_SESSION_POOL_H

#include "core/base.h"
#include "proxy/pool_source.h"
#include "proxy/pool_take.h"

struct backend;
struct node_route;
struct session;

struct session_pool {
	struct session          *session;
	const struct node_route *route;
	struct pool_source      *source;
	/* The pool of the session's key now, and what is requested of it. NULL: there is none. */
	const struct pool *(*look_up)(struct session *s, struct pool_source *source,
				      struct pool_request *request);
};

/*
 * Counted and held; NULL: the route has none (any more). `walk.named` says whether it had one.
 * *deferred is set, and valid until the next call, if only vassals are left that do not run.
 */
struct backend *session_pool_take(const struct session_pool *from, struct pool_request *request,
				  const struct pool_node **deferred) MUST_CHECK;

#endif
