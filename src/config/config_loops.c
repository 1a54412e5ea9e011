/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Backends and checks whose address is one that heddle itself listens on. To forward to another
 * service is allowed; a way that leads back to where it began is not: one client would take
 * every session that there is. What the file does not show (names, an address that something
 * translates) is not seen here; accept.c bounds it.
 */
#include <ifaddrs.h>
#include <stdlib.h>
#include <string.h>

#include "config/config_parts.h"
#include "config/config_reach.h"
#include "core/arena.h"

struct door {			/* an address that a service listens on */
	const struct item        *listener;
	const struct addr        *addr;
	uint16_t                  port;
};

struct way {			/* from a service to a door */
	const struct item         *from;
	const struct door         *to;
	const struct item         *backend;
	bool                       check;
	bool                       open;	/* not known yet to end somewhere */
};

struct ways {
	const struct config_file *file;
	const struct conf_place *top;
	struct ifaddrs          *interfaces;
	struct door             *doors;	/* by port */
	struct way              *ways;
	size_t                   door_count, way_count, room;
};

static int by_port(const void *left, const void *right)
{
	const struct door *a = left, *b = right;

	return (a->port > b->port) - (a->port < b->port);
}

static void add_way(struct ways *map, struct way way)
{
	if (map->way_count == map->room) {
		size_t room = map->room != 0 ? 2 * map->room : 16;
		struct way *more = arena_alloc(map->top->arena, room * sizeof(*more));

		if (map->way_count != 0)
			memcpy(more, map->ways, map->way_count * sizeof(*more));
		map->ways = more;
		map->room = room;
	}
	map->ways[map->way_count++] = way;
}

static void find_doors(struct ways *map, struct way way, const struct addr *to)
{
	uint16_t port = addr_port(to);
	size_t low = 0, high = map->door_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (map->doors[middle].port < port)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < map->door_count && map->doors[low].port == port; low++) {
		way.to = &map->doors[low];
		if (config_reach(map->interfaces, to, way.to->addr))
			add_way(map, way);
	}
}

/* Port `*`: the one that the client used, that is, one of the service's own. */
static void find_all_doors(struct ways *map, struct way way, struct addr to)
{
	const struct item *l = item_first(way.from, &config_listener_kind);

	if (!to.client_port) {
		find_doors(map, way, &to);
		return;
	}
	for (; l != NULL; l = item_next(l)) {
		addr_set_port(&to, addr_port(&((const struct listen_conf *)l->conf)->addr));
		if (addr_port(&to) != 0)
			find_doors(map, way, &to);
	}
}

static void add_door(const struct item *item, const struct conf_place *place, void *arg)
{
	struct ways *map = arg;
	const struct listen_conf *listen = item->conf;

	(void)place;
	if (item->kind == &config_listener_kind)
		map->doors[map->door_count++] =
			(struct door){ item, &listen->addr, addr_port(&listen->addr) };
}

static void add_ways(const struct item *item, const struct conf_place *place, void *arg)
{
	const struct backend_conf *b = item->conf;
	struct way way = { .from = item->parent, .backend = item, .open = true };

	(void)place;
	if (item->kind != &config_backend_kind)
		return;
	if (b->addr.kind != ADDR_NONE)	/* what a name stands for is not known here */
		find_all_doors(arg, way, b->addr);
	way.check = true;
	if (b->check_addr.kind != ADDR_NONE)
		find_all_doors(arg, way, b->check_addr);
}

static void collect(struct ways *map)
{
	size_t count = item_count(map->file, &config_listener_kind);

	map->doors = arena_alloc(map->top->arena, (count + 1) * sizeof(*map->doors));
	item_each(map->file->root, map->top, &(struct item_visit){ add_door, map });
	if (count > 1)
		qsort(map->doors, count, sizeof(*map->doors), by_port);
	item_each(map->file->root, map->top, &(struct item_visit){ add_ways, map });
}

static const struct item *service_at(const struct door *door)
{
	return door->listener->parent;
}

/*
 * A way that ends at a service which no way leaves, or begins at one that no way reaches, is no
 * part of a ring. What is left when there is no such way any more are rings, and what joins them.
 */
static void drop_dead_ends(struct ways *map)
{
	size_t services = item_count(map->file, &config_service_kind);
	size_t *in = arena_alloc(map->top->arena, (services + 1) * sizeof(*in));
	size_t *out = arena_alloc(map->top->arena, (services + 1) * sizeof(*out));
	bool again = true;

	for (size_t i = 0; i < map->way_count; i++) {
		out[map->ways[i].from->order]++;
		in[service_at(map->ways[i].to)->order]++;
	}
	while (again) {
		again = false;
		for (size_t i = 0; i < map->way_count; i++) {
			struct way *w = &map->ways[i];

			size_t to = service_at(w->to)->order;

			if (!w->open || (out[to] != 0 && in[w->from->order] != 0))
				continue;
			w->open = false;
			out[w->from->order]--;
			in[service_at(w->to)->order]--;
			again = true;
		}
	}
}

static void report(const struct ways *map, const struct way *w)
{
	const struct backend_conf *conf = w->backend->conf;
	const struct item *to = service_at(w->to);
	struct conf_place services = conf_place_key(map->top, w->from->kind->section);
	struct conf_place service = conf_place_key(&services, w->from->name);
	struct conf_place backends = conf_place_key(&service, w->backend->kind->section);
	struct conf_place backend = conf_place_key(&backends, w->backend->name);
	struct conf_place check = conf_place_key(&backend, "check");
	char address[ADDR_TEXT], listener[ADDR_TEXT];

	addr_print(w->check ? &conf->check_addr : &conf->addr, address, sizeof(address));
	addr_print(w->to->addr, listener, sizeof(listener));
	conf_report(w->check ? &check : &backend, CONF_ERROR, w->backend->node,
		    "%s leads back to heddle itself: services.%s listens on %s (%s)%s", address,
		    to->name, listener, conf_errors_where(map->top->arena, w->to->listener->at),
		    w->from == to ? "" : " and leads back here");
}

void config_check_loops(const struct config_file *file, bool deep, const struct conf_place *top)
{
	struct ways map = { .file = file, .top = top };

	/* without the addresses of this machine, its loopback addresses are known still */
	if (deep && getifaddrs(&map.interfaces) == -1)
		map.interfaces = NULL;
	collect(&map);
	drop_dead_ends(&map);
	for (size_t i = 0; i < map.way_count; i++) {
		if (map.ways[i].open)
			report(&map, &map.ways[i]);
	}
	if (map.interfaces != NULL)
		freeifaddrs(map.interfaces);
}
