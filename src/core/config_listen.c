/* SPDX-License-Identifier: BSD-2-Clause */
/* `listen`: a text, a mapping, or a list of both. */
#include <string.h>

#include "core/arena.h"
#include "core/config_parts.h"

static void add(struct service_conf *service, const struct listen_conf *listen, struct arena *arena)
{
	size_t n = service->listens;

	/* Room for the next power of two. */
	if ((n & (n - 1)) == 0) {
		struct listen_conf *bigger =
			arena_alloc(arena, (n > 0 ? 2 * n : 1) * sizeof(*bigger));

		if (n > 0)
			memcpy(bigger, service->listen, n * sizeof(*bigger));
		service->listen = bigger;
	}
	service->listen[service->listens++] = *listen;
}

/* Owner and mode of a socket that is no file would be read and ignored. */
static bool check_owner(const struct listen_conf *listen, const struct node *map,
			const struct conf_place *place)
{
	static const char *const rows[] = { "mode", "user", "group" };

	for (size_t i = 0; i < COUNT(rows) && listen->addr.kind != ADDR_UNIX; i++) {
		const struct directive *d = conf_find(&config_listen_section, rows[i]);

		if (!conf_given(listen, &config_listen_section, d))
			continue;
		struct conf_place key = conf_place_key(place, d->name);

		conf_tell(&key, CONF_ERROR, map, "is for unix sockets");
		return false;
	}
	return true;
}

static bool bind_one(struct listen_conf *listen, const struct node *node,
		     const struct conf_place *place)
{
	if (node->kind == NODE_SCALAR && !node_null(node)) {
		(void)conf_bind(NULL, &config_listen_section, NULL, place, listen);
		return config_read_address(node, true, place, &listen->addr);
	}
	if (node->kind != NODE_MAP) {
		conf_tell(place, CONF_ERROR, node, "expected an address or a mapping, not %s",
			  node_kind_name(node));
		return false;
	}
	if (!conf_bind(node, &config_listen_section, NULL, place, listen))
		return false;
	if (listen->addr.kind == ADDR_NONE) {
		conf_tell(place, CONF_ERROR, node, "no address");
		return false;
	}
	return check_owner(listen, node, place);
}

static void bind_listen(struct service_conf *service, const struct node *node,
			const struct conf_place *place)
{
	const struct directive *backlog = conf_find(&config_listen_section, "backlog");
	struct listen_conf listen = { 0 };

	if (!bind_one(&listen, node, place))
		return;
	if (!conf_given(&listen, &config_listen_section, backlog))
		listen.backlog = service->backlog;
	const struct addr addr = listen.addr;
	const struct node *at = node->kind == NODE_MAP ? node_get(node, "address") : node;

	listen.file = at->file;
	listen.line = at->line;
	listen.column = at->column;
	listen.node = at;
	for (unsigned i = 0; i < addr_range(&addr); i++) {
		listen.addr = addr_nth(&addr, i);
		add(service, &listen, place->arena);
	}
}

void config_bind_listen(struct service_conf *service, const struct node *listen,
			const struct conf_place *place)
{
	if (listen->kind != NODE_LIST) {
		bind_listen(service, listen, place);
		return;
	}
	if (listen->count == 0)
		conf_tell(place, CONF_ERROR, listen, "an empty list");
	for (size_t i = 0; i < listen->count; i++) {
		struct conf_place item = conf_place_item(place, i);

		bind_listen(service, listen->items[i], &item);
	}
}
