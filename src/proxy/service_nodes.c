/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/service_nodes.h"

#include "config/config_uwsgi.h"
#include "proxy/choice.h"
#include "proxy/node_route_kind.h"
#include "proxy/pool_source.h"
#include "proxy/registry.h"
#include "proxy/service.h"

/* NULL: the route has none, or it is not there. */
static struct pool_source *source_of(const struct node_route *r)
{
	if (r->kind->source == NULL)
		return NULL;
	return pool_source_find(r->kind->source, node_route_kind_value(r->conf));
}

/* Who is subscribed, or in a cache. */
static bool any_in_pools(const struct node_route *r)
{
	struct pool_source *source = source_of(r);

	return source != NULL && pool_source_any(source);
}

/*
 * Its backends are only for sessions whose node has failed, and no session of it can have such a
 * node before somebody is subscribed, or in a cache.
 */
static bool only_for_failed(const struct service *s)
{
	for (uint32_t i = 0; i < s->routes.count; i++) {
		const struct node_route *r = s->routes.list[i];

		if (r->conf->use != ROUTE_FOR_FAILED && r->kind->source == NULL)
			return false;
	}
	return s->routes.count != 0;
}

/* An address that is made of the key is there, as far as anybody knows before. */
bool service_nodes_by_route(const struct service *s)
{
	bool spare = only_for_failed(s);

	for (uint32_t i = 0; i < s->routes.count; i++) {
		const struct node_route *r = s->routes.list[i];
		const struct service *other = r->kind->other ? registry_find(r->conf->backends)
							     : NULL;

		if (spare && r->conf->use == ROUTE_FOR_FAILED)
			continue;
		if (r->kind->address != NULL || r->kind->script ||
		    (other != NULL && choice_any(other)) ||
		    any_in_pools(r))
			return true;
	}
	return false;
}

bool service_nodes_any(const struct service *s)
{
	return service_nodes_by_route(s) || (!only_for_failed(s) && choice_any(s));
}

bool service_nodes_fill(const struct service *s)
{
	for (uint32_t i = 0; i < s->routes.count && !pool_source_all_filled(); i++) {
		struct pool_source *source = source_of(s->routes.list[i]);

		if (source != NULL && pool_source_fills(source))
			return true;
	}
	return false;
}

bool service_nodes_wait(const struct service *s)
{
	return s->conf->when_empty == WHEN_EMPTY_WAIT && !service_nodes_any(s);
}
