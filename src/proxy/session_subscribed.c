/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/session_subscribed.h"

#include "config/config_uwsgi.h"
#include "core/clock.h"
#include "core/xxh64.h"
#include "proxy/backend.h"
#include "proxy/greeting.h"
#include "proxy/node_route.h"
#include "proxy/pool_session.h"
#include "proxy/pool_take.h"
#include "proxy/session_struct.h"
#include "proxy/subscribed.h"
#include "proxy/vassal.h"

#define TRIES 10	/* of a pool that changes all the time */
/*
 * The resolver removes who has expired, within 100 ms where keys are few: clients of `when_empty:
 * wait` are not to be accepted for a node that is there, but not used.
 */
#define LATE_MS 500

/* Of the address of the client, without its port; 0: it has none, as at a unix socket. */
static uint64_t seed_of(const struct session *s, const struct subscription_conf *conf)
{
	const union peer *peer = &s->peer;
	struct slice host = { "", 0 };
	struct xxh64 x;

	if (conf->iphash_by == IPHASH_REMOTE_ADDR &&
	    s->greeting->client.sa.sa_family != AF_UNSPEC)
		peer = &s->greeting->client;
	if (peer->sa.sa_family == AF_INET)
		host = (struct slice){ (const char *)&peer->in.sin_addr, 4 };
	else if (peer->sa.sa_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&peer->in6.sin6_addr))
		host = (struct slice){ (const char *)&peer->in6.sin6_addr + 12, 4 };
	else if (peer->sa.sa_family == AF_INET6)
		host = (struct slice){ (const char *)&peer->in6.sin6_addr, 16 };
	xxh64_begin(&x);
	xxh64_add(&x, host);
	return xxh64_sum(&x);
}

static struct backend *make(struct session *s, const struct node_route *r,
			    const struct pool_node *node)
{
	struct addr addr;

	/* the resolver has read it before: only damage makes it unreadable */
	if (!pool_address(node, &addr)) {
		pool_session_give(node->cell, s->choice.row);
		return NULL;
	}
	return backend_subscribed(r->object, r->handle, &addr, node);
}

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
	if (w->vassal_ms == 0)
		w->vassal_ms = loop_now();
	w->patience_ms = VASSAL_TRIES * timeout;
	w->full = loop_now() - w->vassal_ms < w->patience_ms;
	attempt = w->full ? pool_session_request(node->cell, clock_ms(), timeout) : 0;
	if (attempt != 0)
		vassal_spawn(conf->emperor, node->vassal, attempt);
}

struct backend *session_subscribed_take(struct session *s, const struct node_route *r)
{
	struct subscribed *server = subscribed_find(r->conf->subscriptions);
	struct pool_request request = { .choice = &s->choice };
	struct backend *b = NULL;
	unsigned place;

	if (server == NULL)
		return NULL;
	request.tolerance_ms = subscribed_conf(server)->tolerance_ms + LATE_MS;
	request.now_ms = clock_ms();
	for (unsigned i = 0; i < TRIES; i++) {
		const struct pool *pool = subscribed_pool(server, s->greeting->key,
							  s->greeting->mountpoint);

		if (pool == NULL)
			return NULL;
		request.balance = pool->balance != POOL_BALANCES
					  ? (enum pool_balance)pool->balance
					  : (enum pool_balance)subscribed_conf(server)->balance;
		if (request.balance == POOL_IPHASH)
			request.seed = seed_of(s, subscribed_conf(server));
		switch (pool_take(pool, &request, &place)) {
		case POOL_TAKEN:
			b = make(s, r, &pool->nodes[place]);
			if (b != NULL)
				choice_count(&s->choice, b);
			return b;
		case POOL_SPENT:
			s->greeting->walk.named = true;
			return NULL;
		case POOL_EMPTY:
			return NULL;
		case POOL_DEFERRED:
			request_vassal(s, subscribed_conf(server), &pool->nodes[place]);
			return NULL;
		case POOL_MOVED:
			break;
		}
	}
	return NULL;
}
