/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/session_source.h"

#include "config/config_types.h"
#include "proxy/node_route.h"
#include "proxy/node_route_kind.h"
#include "proxy/pool_source.h"
#include "proxy/protocol.h"
#include "proxy/session_cached.h"
#include "proxy/session_struct.h"
#include "proxy/session_subscribed.h"

#define FILL_MS 5000	/* that a session waits for a cache to be filled at most */

static bool source_fills(const struct node_route *r)
{
	struct pool_source *source = pool_source_find(r->kind->source,
						      node_route_kind_value(r->conf));

	return source != NULL && pool_source_fills(source);
}

/*
 * The key was not found, and may be in a moment: the session came before the change that brings
 * the cache, or takes it away. Those that come later wait in the listening socket (accept_wait.h).
 */
static void wait_for_source(struct route_walk *w)
{
	if (w->source_ms == 0)
		w->source_ms = loop_now();
	w->patience_ms = FILL_MS;
	w->filling = w->full = loop_now() - w->source_ms < FILL_MS;
}

/* *known: the key has nodes, and none of them is left for this session. */
static struct backend *take(struct session *s, const struct node_route *r, bool *known)
{
	struct route_walk *w = &s->greeting->walk;
	bool named = w->named;
	struct backend *b;

	w->named = false;
	b = r->kind->source == &config_cache_kind ? session_cached_take(s, r)
						  : session_subscribed_take(s, r);
	*known = w->named;
	w->named |= named;
	return b;
}

struct backend *session_source_take(struct session *s, const struct node_route *r)
{
	/* before the key is looked up: afterwards it may be there, and all others */
	bool fills = !pool_source_all_filled() && source_fills(r), known;
	struct backend *b = take(s, r, &known);

	if (b == NULL && !known && (fills || source_fills(r)))
		wait_for_source(&s->greeting->walk);
	return b;
}
