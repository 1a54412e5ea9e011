/* SPDX-License-Identifier: BSD-2-Clause */
/* `backends`: a list of addresses and mappings, or a mapping from name to either. */
#include <string.h>

#include "core/arena.h"
#include "core/config_parts.h"

/* check: {port: 81} is the backend's own host with another port. */
static bool place_check(struct backend_conf *backend, const struct node *node,
			const struct conf_place *place)
{
	uint16_t port = backend->check_addr.port_last;
	struct conf_place key = conf_place_key(place, "check");

	if (backend->check_addr.client_port) {
		conf_tell(&key, CONF_ERROR, node, "a check needs a port of its own, not *");
		return false;
	}
	if (backend->check_addr.kind != ADDR_NONE || port == 0)
		return true;
	if (backend->addr.kind != ADDR_INET && backend->addr.kind != ADDR_INET6) {
		conf_tell(&key, CONF_ERROR, node, "port is for addresses that have one");
		return false;
	}
	backend->check_addr = backend->addr;
	backend->check_addr.client_port = false;
	addr_set_port(&backend->check_addr, port);
	return true;
}

/* `- one: 10.0.0.1:80`: the form of a mapping as the item of a list. */
static bool is_named_item(const struct node *node)
{
	return node->kind == NODE_MAP && node->count == 1 && !node_null(node->items[0]) &&
		conf_find(&config_backend_section, node->keys[0]->value.data) == NULL &&
		(node->items[0]->kind == NODE_MAP || strchr(node->items[0]->value.data, ':'));
}

static bool bind_value(struct backend_conf *backend, const struct node *node,
		       const struct conf_place *place)
{
	if (node->kind == NODE_SCALAR && !node_null(node)) {
		(void)conf_bind(NULL, &config_backend_section, NULL, place, backend);
		return config_read_address(node, false, place, &backend->addr);
	}
	if (is_named_item(node)) {
		conf_tell(place, CONF_ERROR, node->keys[0],
			  "an item of a list has its name inside: {name: %s, address: ...}; or "
			  "take the - away",
			  conf_show(place->errors->arena, node->keys[0]->value));
		return false;
	}
	if (node->kind != NODE_MAP) {
		conf_tell(place, CONF_ERROR, node, "expected an address or a mapping, not %s",
			  node_kind_name(node));
		return false;
	}
	if (!conf_bind(node, &config_backend_section, NULL, place, backend))
		return false;
	if (backend->addr.kind == ADDR_NONE) {
		conf_tell(place, CONF_ERROR, node, "no address");
		return false;
	}
	return place_check(backend, node, place);
}

static const char *address_name(const struct backend_conf *backend, struct arena *arena)
{
	char printed[ADDR_TEXT];

	return arena_strdup(arena, addr_print(&backend->addr, printed, sizeof(printed)));
}

/* The key of a mapping, the `name` of an item, or NULL: it is called by its address. */
static const struct node *find_name(const struct node *key, const struct node *node,
				    const struct conf_place *place, bool *ok)
{
	const struct node *inner = node->kind == NODE_MAP ? node_get(node, "name") : NULL;

	*ok = key == NULL || inner == NULL;
	if (!*ok)
		conf_tell(place, CONF_ERROR, inner, "has its name already; drop name");
	return key != NULL ? key : inner;
}

/* Any name will do that is the address itself: those of unix sockets have slashes. */
static bool check_name(const struct node *name, const struct backend_conf *backend,
		       const struct conf_place *place)
{
	return slice_is(name->value, address_name(backend, place->arena)) ||
		config_check_name(name, place);
}

static void bind_backend(struct service_entry *entry, const struct node *key,
			 const struct node *node, const struct conf_place *place)
{
	struct backend_conf *backend = &entry->backends[entry->count];
	bool ok;
	const struct node *name = find_name(key, node, place, &ok);
	const struct node *at = key != NULL ? key : node;

	ok = bind_value(backend, node, place) && ok;
	if (!ok || (name != NULL && !check_name(name, backend, place))) {
		memset(backend, 0, sizeof(*backend));
		return;
	}
	backend->name = name != NULL ? arena_copy(place->arena, name->value)
				     : address_name(backend, place->arena);
	backend->order = (uint32_t)entry->count++;
	backend->file = at->file;
	backend->line = at->line;
	backend->column = at->column;
	backend->node = node;
}

static void check_names(const struct service_entry *entry, const struct conf_place *place)
{
	struct config_named *names = arena_alloc(place->arena, entry->count * sizeof(*names));

	for (size_t i = 0; i < entry->count; i++)
		names[i] = (struct config_named){ entry->backends[i].name, entry->backends[i].node,
						  i };
	config_unique_names(names, entry->count, place);
}

void config_bind_backends(struct service_entry *entry, const struct node *backends,
			  const struct conf_place *place)
{
	if (backends->kind == NODE_SCALAR && backends->value.data[0] == '-') {
		struct addr unused;

		(void)config_read_address(backends, false, place, &unused);
		return;
	}
	if (backends->kind == NODE_SCALAR && strstr(backends->value.data, " = ") != NULL) {
		conf_tell(place, CONF_ERROR, backends, "write NAME: ADDRESS, with : instead of =");
		return;
	}
	if (backends->kind == NODE_SCALAR) {
		conf_tell(place, CONF_ERROR, backends,
			  "expected a list or a mapping, not a single value; write [%s]",
			  conf_show(place->errors->arena, backends->value));
		return;
	}
	entry->backends =
		arena_alloc(place->arena, (backends->count + 1) * sizeof(*entry->backends));
	for (size_t i = 0; i < backends->count; i++) {
		const struct node *key = backends->kind == NODE_MAP ? backends->keys[i] : NULL;
		struct conf_place item = key != NULL ? conf_place_key(place, key->value.data)
						     : conf_place_item(place, i);

		if (key != NULL && node_null(backends->items[i]))
			conf_tell_comma(backends, i, place);
		else
			bind_backend(entry, key, backends->items[i], &item);
	}
	check_names(entry, place);
}
