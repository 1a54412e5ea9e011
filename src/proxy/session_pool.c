/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/session_pool.h"

#include "core/clock.h"
#include "proxy/backend.h"
#include "proxy/greeting.h"
#include "proxy/node_route.h"
#include "proxy/pool_session.h"
#include "proxy/session_struct.h"

#define TRIES 10	/* of a pool that changes all the time */

static struct backend *make(struct session *s, const struct node_route *r,
			    const struct pool_node *node)
{
	struct addr addr;
	struct backend *b;

	/* the resolver has read it before: only damage makes it unreadable */
	if (!pool_address(node, &addr)) {
		pool_session_give(node->cell, s->choice.row);
		return NULL;
	}
	b = backend_subscribed(r->object, r->handle, &addr, node);
	choice_count(&s->choice, b);
	return b;
}

struct backend *session_pool_take(const struct session_pool *from, struct pool_request *request,
				  const struct pool_node **deferred)
{
	struct session *s = from->session;
	unsigned place;

	request->now_ms = clock_ms();
	for (unsigned i = 0; i < TRIES; i++) {
		const struct pool *pool = from->look_up(s, from->source, request);

		if (pool == NULL)
			return NULL;
		switch (pool_take(pool, request, &place)) {
		case POOL_TAKEN:
			return make(s, from->route, &pool->nodes[place]);
		case POOL_SPENT:
			s->greeting->walk.named = true;
			return NULL;
		case POOL_EMPTY:
			return NULL;
		case POOL_DEFERRED:
			*deferred = &pool->nodes[place];
			return NULL;
		case POOL_MOVED:
			break;
		}
	}
	return NULL;
}
