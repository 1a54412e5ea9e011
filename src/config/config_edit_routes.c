/* SPDX-License-Identifier: BSD-2-Clause */
#include "config/config_edit_routes.h"

#include <string.h>

#include "config/config_types.h"
#include "config/config_rows.h"
#include "config/config_uwsgi.h"
#include "core/text.h"

struct route_names {
	const struct config *next;
	struct conf_errors  *errors;
	enum edit_result     result;
	const struct object *removed;	/* a service, a subscription server or a cache that goes */
	const char          *wanted;	/* a route of nodes, and whether it is there */
	bool                 found;
};

static void fail(struct route_names *n, enum edit_result result, const char *path, const char *fmt,
		 const char *name)
{
	struct text where, message;

	text_init(&where);
	text_init(&message);
	for (const char *c = path; *c != '\0'; c++)
		text_putc(&where, *c == '/' ? '.' : *c);
	text_printf(&message, fmt, name);
	conf_fail(n->errors, CONF_ERROR, NULL, text_cstr(&where), "%s", text_cstr(&message));
	text_close(&where);
	text_close(&message);
	if (result > n->result)
		n->result = result;
}

static void check_service(struct route_names *n, const struct diff_row *row)
{
	const char *name = ((const struct route_conf *)row->object->conf)->backends;
	struct text path;

	if (name == NULL)
		return;
	text_init(&path);
	text_printf(&path, "%s/%s", config_service_kind.section, name);
	if (config_get(n->next, text_cstr(&path)) == NULL)
		fail(n, EDIT_INVALID, row->path, "backends: there is no service %s", name);
	else if (strncmp(row->path, text_cstr(&path), path.len) == 0 && row->path[path.len] == '/')
		fail(n, EDIT_INVALID, row->path, "backends: %s is this service; write nodes for "
		     "its own backends", name);
	text_close(&path);
}

/* An object that lies at the top. */
static void check_named(struct route_names *n, const struct diff_row *row,
			const struct object_kind *kind, const char *name, const char *problem)
{
	struct text path;

	if (name == NULL)
		return;
	text_init(&path);
	text_printf(&path, "%s/%s", kind->section, name);
	if (config_get(n->next, text_cstr(&path)) == NULL)
		fail(n, EDIT_INVALID, row->path, problem, name);
	text_close(&path);
}

static void check_names(struct route_names *n, const struct diff_row *row)
{
	const struct route_conf *route = row->object->conf;

	check_named(n, row, &config_subscription_kind, route->subscriptions,
		    "subscriptions: there is no subscription server %s");
	check_named(n, row, &config_cache_kind, route->cache, "cache: there is no cache %s");
}

/* NULL: it serves none. */
static const char *cache_served(const struct object *service)
{
	const struct service_conf *conf = service->conf;

	return config_protocols.uwsgi(conf->protocol)
		? ((const struct uwsgi_conf *)(const void *)conf->own)->cache_server.cache : NULL;
}

static void find_route(const struct config_node *child, void *arg)
{
	struct route_names *n = arg;
	const struct object *object = config_object(child);
	const struct route_conf *route = object->conf;

	if (object->kind == &config_route_kind && route->nodes != NULL &&
	    strcmp(route->nodes, n->wanted) == 0)
		n->found = true;
}

static void check_route(struct route_names *n, const struct diff_row *row)
{
	struct text parent;
	size_t above;

	n->wanted = ((const struct backend_conf *)row->object->conf)->route;
	n->found = n->wanted == NULL;
	if (n->found)
		return;
	(void)config_path_kind(row->path, &above);
	text_init(&parent);
	text_append(&parent, row->path, above);
	config_each_below(config_at(n->next, text_cstr(&parent)), find_route, n);
	text_close(&parent);
	if (!n->found)
		fail(n, EDIT_INVALID, row->path, "route: the service has no route with nodes: %s",
		     n->wanted);
}

static void check_user(struct object *object, struct object *parent, const char *path, void *arg)
{
	struct route_names *n = arg;
	const struct route_conf *route = object->conf;

	(void)parent;
	if (object->kind == &config_route_kind && route->backends != NULL &&
	    n->removed->kind == &config_service_kind &&
	    strcmp(route->backends, n->removed->name) == 0)
		fail(n, EDIT_CONFLICT, path, "uses the backends of %s", n->removed->name);
	if (object->kind == &config_route_kind && route->subscriptions != NULL &&
	    n->removed->kind == &config_subscription_kind &&
	    strcmp(route->subscriptions, n->removed->name) == 0)
		fail(n, EDIT_CONFLICT, path, "uses the subscription server %s", n->removed->name);
	if (n->removed->kind != &config_cache_kind)
		return;
	if (object->kind == &config_route_kind && route->cache != NULL &&
	    strcmp(route->cache, n->removed->name) == 0)
		fail(n, EDIT_CONFLICT, path, "uses the cache %s", n->removed->name);
	if (object->kind == &config_service_kind && cache_served(object) != NULL &&
	    strcmp(cache_served(object), n->removed->name) == 0)
		fail(n, EDIT_CONFLICT, path, "serves the cache %s", n->removed->name);
}

enum edit_result config_edit_routes(const struct config *next, const struct config_diff *diff,
				    size_t from, struct conf_errors *errors)
{
	struct route_names n = { .next = next, .errors = errors, .result = EDIT_FITS };

	for (size_t i = from; i < diff->count; i++) {
		const struct diff_row *row = &diff->rows[i];

		if (row->verb == DIFF_REMOVE &&
		    (row->object->kind == &config_service_kind ||
		     row->object->kind == &config_subscription_kind ||
		     row->object->kind == &config_cache_kind)) {
			n.removed = row->object;
			config_each(next, "", check_user, &n);
		} else if (row->verb != DIFF_REMOVE && row->object->kind == &config_route_kind) {
			check_service(&n, row);
			check_names(&n, row);
		} else if (row->verb != DIFF_REMOVE && row->object->kind == &config_service_kind) {
			check_named(&n, row, &config_cache_kind, cache_served(row->object),
				    "cache_server: there is no cache %s");
		} else if (row->verb != DIFF_REMOVE && row->object->kind == &config_backend_kind) {
			check_route(&n, row);
		}
	}
	return n.result;
}
