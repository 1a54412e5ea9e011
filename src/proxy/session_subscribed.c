/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/session_subscribed.h"

#include "config/config_types.h"
#include "config/config_uwsgi.h"
#include "core/clock.h"
#include "proxy/greeting.h"
#include "proxy/node_route.h"
#include "proxy/pool_session.h"
#include "proxy/session_pool.h"
#include "proxy/session_seed.h"
#include "proxy/session_struct.h"
#include "proxy/subscribed.h"
#include "proxy/vassal.h"

/*
 * The resolver removes who has expired, within 100 ms where keys are few: clients of `when_empty:
 * wait` are not to be accepted for a node that is there, but not used.
 */
#define LATE_MS 500

/* The session waits for the vassal: session_wait.c. */
static void request_vassal(struct session *s, const struct subscription_conf *conf,
		    const struct pool_node *node)
{
	struct route_walk *w = &s->greeting->walk;
	uint64_t timeout = conf->vassal_timeout_ms;
	unsigned attempt;

	w->named = true;
	if (conf->emperor == NULL)
		return;
	if (w->source_ms == 0)
		w->source_ms = loop_now();
	w->patience_ms = VASSAL_TRIES * timeout;
	w->full = loop_now() - w->source_ms < w->patience_ms;
	attempt = w->full ? pool_session_request(node->cell, clock_ms(), timeout) : 0;
	if (attempt != 0)
		vassal_spawn(conf->emperor, node->vassal, attempt);
}

static const struct pool *find_pool(struct session *s, struct pool_source *server,
				  struct pool_request *request)
{
	const struct subscription_conf *conf = subscribed_conf(server);
	const struct pool *pool = subscribed_pool(server, s->greeting->key,
						  s->greeting->mountpoint);

	if (pool == NULL)
		return NULL;
	request->balance = pool->balance != POOL_BALANCES ? (enum pool_balance)pool->balance
							   : (enum pool_balance)conf->balance;
	if (request->balance == POOL_IPHASH)
		request->seed = session_seed(s, conf);
	return pool;
}

struct backend *session_subscribed_take(struct session *s, const struct node_route *r)
{
	struct pool_source *server = pool_source_find(&config_subscription_kind,
						      r->conf->subscriptions);
	struct pool_request request = { .choice = &s->choice };
	const struct pool_node *deferred = NULL;
	struct backend *b;

	if (server == NULL)
		return NULL;
	request.tolerance_ms = subscribed_conf(server)->tolerance_ms + LATE_MS;
	b = session_pool_take(&(struct session_pool){ s, r, server, find_pool }, &request,
			      &deferred);
	if (deferred != NULL)
		request_vassal(s, subscribed_conf(server), deferred);
	return b;
}
