/* SPDX-License-Identifier: BSD-2-Clause */
/* `backends`: a list of addresses and mappings, or a mapping from name to either. */
#include <string.h>

#include "config/config_address.h"
#include "config/config_foreign.h"
#include "config/config_members.h"
#include "config/config_parts.h"
#include "config/config_rows.h"
#include "config/config_uwsgi.h"
#include "core/arena.h"

/* check: {port: 81} is the backend's own host with another port. */
static bool place_check(struct backend_conf *backend, const struct node *node,
			const struct conf_place *place)
{
	uint16_t port = backend->check_addr.port_last;
	struct conf_place key = conf_place_key(place, "check");

	if (backend->check_addr.client_port) {
		conf_report(&key, CONF_ERROR, node, "a check needs a port of its own, not *");
		return false;
	}
	if (backend->check_addr.kind != ADDR_NONE || port == 0 ||
	    config_members_is_group(backend))
		return true;
	if (backend->addr.kind != ADDR_INET && backend->addr.kind != ADDR_INET6) {
		conf_report(&key, CONF_ERROR, node, "port is for addresses that have one");
		return false;
	}
	backend->check_addr = backend->addr;
	backend->check_addr.client_port = false;
	addr_set_port(&backend->check_addr, port);
	return true;
}

/* Directives that say what becomes of a name. */
static bool check_host(const struct backend_conf *backend, const struct node *node,
		       const struct conf_place *place)
{
	static const char *const of_names[] = { "refresh", "gone" };

	for (size_t i = 0; i < COUNT(of_names) && backend->host == NULL; i++) {
		struct conf_place key = conf_place_key(place, of_names[i]);
		const struct node *value = node_get(node, of_names[i]);

		if (value == NULL)
			continue;
		conf_report(&key, CONF_ERROR, value, "is for a name, and the address is none");
		return false;
	}
	return true;
}

/* `- one: 10.0.0.1:80`: the form of a mapping as the item of a list. */
static bool is_named_item(const struct node *node)
{
	const struct node *value;

	if (node->kind != NODE_MAP || node->count != 1)
		return false;
	value = node->items[0];
	if (value->kind == NODE_LIST || node_null(value) ||
	    conf_find(&config_backend_section, node->keys[0]->value.data) != NULL)
		return false;
	return value->kind == NODE_MAP || strchr(value->value.data, ':') != NULL;
}

static bool bind_value(struct backend_conf *backend, const struct node *node,
		       const struct conf_place *place)
{
	if (node->kind == NODE_SCALAR && !node_null(node)) {
		conf_set_given(backend, &config_backend_section,
			       conf_find(&config_backend_section, "address"));
		return config_address_read(node, place, backend);
	}
	if (is_named_item(node)) {
		conf_report(place, CONF_ERROR, node->keys[0],
			    "an item of a list has its name inside: {name: %s, address: ...}; or "
			    "take the - away",
			    conf_show(place->errors->arena, node->keys[0]->value));
		return false;
	}
	if (node->kind != NODE_MAP) {
		conf_report(place, CONF_ERROR, node, "expected an address or a mapping, not %s",
			    node_kind_name(node));
		return false;
	}
	if (!conf_bind(node, &config_backend_section, backend, place, backend))
		return false;
	if (backend->addr.kind == ADDR_NONE && backend->host == NULL) {
		conf_report(place, CONF_ERROR, node, "no address");
		return false;
	}
	return check_host(backend, node, place) && place_check(backend, node, place);
}

static const char *address_name(const struct backend_conf *backend, struct arena *arena)
{
	char printed[ADDR_TEXT];

	if (backend->host != NULL)
		return backend->host;
	return arena_strdup(arena, addr_print(&backend->addr, printed, sizeof(printed)));
}

/* The key of a mapping, the `name` of an item, or NULL: it is called by its address. */
static const struct node *find_name(const struct node *key, const struct node *node,
				    const struct conf_place *place, bool *ok)
{
	const struct node *inner = node->kind == NODE_MAP ? node_get(node, "name") : NULL;

	*ok = key == NULL || inner == NULL;
	if (!*ok)
		conf_report(place, CONF_ERROR, inner, "has its name already; drop name");
	return key != NULL ? key : inner;
}

/* Any name will do that is the address itself: those of unix sockets have slashes. */
static bool check_name(const struct node *name, const struct backend_conf *backend,
		       const struct conf_place *place)
{
	return slice_is(name->value, address_name(backend, place->arena)) ||
		item_check_name(name, place);
}

void config_backends_place(const struct item *service, struct addr *addr)
{
	const struct service_conf *conf = service->conf;

	if (config_protocols.uwsgi(conf->protocol))
		addr_end_in_nul(addr);
}

static void read_one(struct config_file *file, const struct object_kind *kind,
		     struct item *service, const struct node *key, const struct node *node,
		     const struct conf_place *place, const char *route)
{
	struct item *item = item_new(file, kind, node);
	struct backend_conf *backend = item->conf;
	bool ok;
	const struct node *name = find_name(key, node, place, &ok);

	ok = bind_value(backend, node, place) && ok;
	if (!ok || (name != NULL && !check_name(name, backend, place)))
		return;
	config_backends_place(service, &backend->addr);
	config_backends_place(service, &backend->check_addr);
	if (backend->route == NULL && route != NULL) {
		backend->route = route;
		conf_set_given(backend, &config_backend_section,
			       conf_find(&config_backend_section, "route"));
	}
	item->name = name != NULL ? arena_copy(file->arena, name->value)
				  : address_name(backend, file->arena);
	item->at = key != NULL ? key : node;
	item_append(file, service, item);
}

/* false, and told: it is neither a list nor a mapping. */
static bool is_section(const struct node *backends, const struct conf_place *place)
{
	struct addr unused;

	if (backends->kind != NODE_SCALAR)
		return true;
	if (backends->value.data[0] == '-')
		(void)config_types_read_address(backends, false, place, &unused);
	else if (strstr(backends->value.data, " = ") != NULL)
		conf_report(place, CONF_ERROR, backends,
			    "write NAME: ADDRESS, with : instead of =");
	else
		conf_report(place, CONF_ERROR, backends,
			    "expected a list or a mapping, not a single value; write [%s]",
			    conf_show(place->errors->arena, backends->value));
	return false;
}

/* It has clients that want no backend. */
static bool serves_cache(const struct item *service)
{
	const struct service_conf *conf = service->conf;

	return config_protocols.uwsgi(conf->protocol) &&
	       ((const struct uwsgi_conf *)(const void *)conf->own)->cache_server.cache != NULL;
}

static void read_section(struct config_file *file, const struct object_kind *kind,
			 struct item *service, const struct node *section,
			 const struct conf_place *outer)
{
	struct conf_place place = conf_place_key(outer, kind->section);

	if (section == NULL) {
		/* clients that wait for backends of the API are what is meant */
		if (item_first(service, &config_route_kind) == NULL && !serves_cache(service) &&
		    ((const struct service_conf *)service->conf)->when_empty != WHEN_EMPTY_WAIT &&
		    !config_foreign_has(service->node, service->kind->conf,
					kind->section))
			conf_report(outer, CONF_WARNING, service->node,
				    "no backends: every client is turned away");
		return;
	}
	if (node_null(section) || !is_section(section, &place))
		return;
	for (size_t i = 0; i < section->count; i++) {
		const struct node *key = section->kind == NODE_MAP ? section->keys[i] : NULL;
		struct conf_place at = key != NULL ? conf_place_key(&place, key->value.data)
						   : conf_place_item(&place, i);

		if (key != NULL && node_null(section->items[i]))
			conf_report_comma(section, i, &place);
		else
			read_one(file, kind, service, key, section->items[i], &at, NULL);
	}
}

/* Nodes that are listed in a route are backends of that route. */
static void read_nodes(struct config_file *file, const struct object_kind *kind,
		       struct item *service, const struct conf_place *outer)
{
	const struct item *route = item_first(service, &config_route_kind);
	struct conf_place section = conf_place_key(outer, config_route_kind.section);

	for (; route != NULL; route = item_next(route)) {
		const struct node *nodes = node_get(route->node, "nodes");
		struct conf_place item = conf_place_item(&section, route->order);
		struct conf_place list = conf_place_key(&item, "nodes");

		if (nodes == NULL || nodes->kind != NODE_LIST)
			continue;
		for (size_t i = 0; i < nodes->count; i++) {
			struct conf_place at = conf_place_item(&list, i);

			read_one(file, kind, service, NULL, nodes->items[i], &at, route->name);
		}
	}
}

static void read_backends(struct config_file *file, const struct object_kind *kind,
			  struct item *service, const struct node *section,
			  const struct conf_place *outer)
{
	struct conf_place place = conf_place_key(outer, kind->section);

	read_nodes(file, kind, service, outer);
	read_section(file, kind, service, section, outer);
	item_unique_names(service, kind, &place);
}

/* A node of a route that lists its nodes, and so says which there are. */
static bool is_listed(const struct item *service, const void *conf)
{
	const char *name = ((const struct backend_conf *)conf)->route;
	const struct item *i = item_first(service, &config_route_kind);

	for (; i != NULL && name != NULL; i = item_next(i)) {
		const struct node *nodes = node_get(i->node, "nodes");

		if (strcmp(i->name, name) == 0 && nodes != NULL && nodes->kind == NODE_LIST)
			return true;
	}
	return false;
}

static void print(const struct item *item, struct text *out)
{
	const struct conf_section *section = item->kind->conf;
	struct backend_conf shown = *(const struct backend_conf *)item->conf;

	/* What is in effect is printed. */
	if (!conf_given(&shown, section, conf_find(section, "drain_timeout")))
		shown.drain_timeout_ms =
			((const struct service_conf *)item->parent->conf)->drain_timeout_ms;
	config_print_flow(&shown, section, out);
}

static const char *describe(const void *conf, char *buf, size_t size)
{
	const struct backend_conf *backend = conf;

	if (config_members_is_group(backend))
		return backend->host;
	return addr_print(&backend->addr, buf, size);
}

const struct object_kind config_backend_kind = {
	.name = "backend",
	.plural = "backends",
	.section = "backends",
	.parent = &config_service_kind,
	.conf = &config_backend_section,
	.cell = CELL_BACKEND,
	.told = TOLD_WORKERS | TOLD_CONTROL | TOLD_STATE,
	.counted = true,
	.ordered = true,
	.read = read_backends,
	.listed = is_listed,
	.check = config_check_backend,
	.print = print,
	.describe = describe,
};
