/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names in routes: a service whose backends are used, a subscription server, a cache, and the route
 * that a backend is a node of.
 * What an edit changes of them is checked by config_edit_routes.c.
 */
#include <string.h>

#include "config/config_parts.h"
#include "config/config_rows.h"
#include "config/config_uwsgi.h"

struct route_check {
	const struct config_file *file;
	enum conf_level           level;	/* of a name of what is not there */
	const struct item        *service, *route;	/* that was asked for last; its first */
};

/* NULL: there is none of that name. */
static const struct item *find(const struct route_check *check, const struct object_kind *kind,
			       const char *name)
{
	const struct item *other = item_first(check->file->root, kind);

	while (other != NULL && strcmp(other->name, name) != 0)
		other = item_next(other);
	return other;
}

static void check_server(const struct route_check *check, const struct item *item,
			 const struct conf_place *place)
{
	const struct route_conf *route = item->conf;

	if (route->cache != NULL && find(check, &config_cache_kind, route->cache) == NULL)
		conf_report(place, check->level, item->node, "cache: there is no cache %s",
			    route->cache);
	if (route->subscriptions != NULL &&
	    find(check, &config_subscription_kind, route->subscriptions) == NULL)
		conf_report(place, check->level, item->node,
			    "subscriptions: there is no subscription server %s",
			    route->subscriptions);
}

static void check_service(const struct route_check *check, const struct item *item,
			  const struct conf_place *place)
{
	const struct route_conf *route = item->conf;
	const struct item *other;

	if (route->backends == NULL)
		return;
	other = find(check, &config_service_kind, route->backends);
	if (other == NULL)
		conf_report(place, check->level, item->node, "backends: there is no service %s",
			    route->backends);
	else if (other == item->parent)
		conf_report(place, CONF_ERROR, item->node,
			    "backends: %s is this service; write nodes for its own backends",
			    route->backends);
}

/* A backend of no route would never be used. */
/* Kept from one backend to the next one: to find it, all backends of the service are passed by. */
static const struct item *first_route(struct route_check *check, const struct item *service)
{
	if (check->service != service)
		check->route = item_first(service, &config_route_kind);
	check->service = service;
	return check->route;
}

static void check_route(struct route_check *check, const struct item *backend,
			const struct conf_place *place)
{
	const char *name = ((const struct backend_conf *)backend->conf)->route;
	const struct item *i = first_route(check, backend->parent);

	if (name == NULL && i == NULL)
		return;
	for (; i != NULL; i = item_next(i)) {
		const struct route_conf *route = i->conf;

		if (route->nodes != NULL && (name == NULL || strcmp(route->nodes, name) == 0))
			return;
	}
	if (name != NULL)
		conf_report(place, check->level, backend->node,
			    "route: the service has no route with nodes: %s", name);
	else
		conf_report(place, CONF_WARNING, backend->node,
			    "no route has nodes: it is never used; add {nodes: nodes} to routes");
}

/* The first route of nodes has the backends that name none. */
static bool has_nodes(const struct item *route)
{
	const char *nodes = ((const struct route_conf *)route->conf)->nodes;
	const struct item *i = item_first(route->parent, &config_backend_kind);

	for (; i != NULL; i = item_next(i)) {
		const char *name = ((const struct backend_conf *)i->conf)->route;

		if (name == NULL || strcmp(name, nodes) == 0)
			return true;
	}
	return false;
}

static void check_nodes(const struct item *route, const struct conf_place *place)
{
	const struct route_conf *conf = route->conf;

	if (conf->nodes != NULL && !has_nodes(route))
		conf_report(place, CONF_WARNING, route->node, "nodes: no backend has \"route: %s\";"
			    " a list of nodes is written in brackets", conf->nodes);
}

static void check_cache_server(const struct route_check *check, const struct item *service,
			       const struct conf_place *place)
{
	const struct service_conf *conf = service->conf;
	struct conf_place key = conf_place_key(place, "cache_server");
	const struct cache_server_conf *server;
	const char *cache;

	if (!config_protocols.uwsgi(conf->protocol))
		return;
	server = &((const struct uwsgi_conf *)(const void *)conf->own)->cache_server;
	cache = server->cache;
	if (cache == NULL && server->write != NULL)
		conf_report(&key, CONF_WARNING, service->node, "write has no effect without cache");
	if (cache != NULL && find(check, &config_cache_kind, cache) == NULL)
		conf_report(&key, check->level, service->node, "there is no cache %s", cache);
}

static void check_one(const struct item *item, const struct conf_place *place, void *arg)
{
	if (item->kind == &config_route_kind) {
		check_service(arg, item, place);
		check_server(arg, item, place);
		check_nodes(item, place);
	} else if (item->kind == &config_service_kind) {
		check_cache_server(arg, item, place);
	} else if (item->kind == &config_backend_kind) {
		check_route(arg, item, place);
	}
}

void config_check_routes(const struct config_file *file, enum conf_level level,
			 const struct conf_place *top)
{
	struct route_check check = { .file = file, .level = level };

	item_each(file->root, top, &(struct item_visit){ check_one, &check });
}
