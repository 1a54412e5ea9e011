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
#include <sys/stat.h>

#include "core/arena.h"
#include "core/config_parts.h"

struct door {			/* an address that a service listens on */
	size_t                    service;
	const struct listen_conf *listen;
	uint16_t                  port;
};

struct way {			/* from a service to a door */
	size_t                     from;
	const struct door         *to;
	const struct backend_conf *backend;
	bool                       check;
	bool                       open;	/* not known yet to end somewhere */
};

struct map {
	const struct config     *config;
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

/* Hosts of both families as v6, and where a connection to "every host" goes: to this one. */
static struct in6_addr host_of(const struct sockaddr *sa)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	struct in6_addr host = IN6ADDR_LOOPBACK_INIT;
	struct in_addr v4 = { htonl(INADDR_LOOPBACK) };

	if (sa->sa_family == AF_INET6) {
		const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)sa;

		return IN6_IS_ADDR_UNSPECIFIED(&in6->sin6_addr) ? host : in6->sin6_addr;
	}
	if (((const struct sockaddr_in *)sa)->sin_addr.s_addr != htonl(INADDR_ANY))
		v4 = ((const struct sockaddr_in *)sa)->sin_addr;
	memcpy(host.s6_addr, mapped, sizeof(mapped));
	memcpy(host.s6_addr + sizeof(mapped), &v4, sizeof(v4));
	return host;
}

static bool is_local(const struct map *map, const struct in6_addr *host)
{
	if (IN6_IS_ADDR_LOOPBACK(host) || (IN6_IS_ADDR_V4MAPPED(host) && host->s6_addr[12] == 127))
		return true;
	for (const struct ifaddrs *i = map->interfaces; i != NULL; i = i->ifa_next) {
		struct in6_addr own;

		if (i->ifa_addr == NULL || (i->ifa_addr->sa_family != AF_INET &&
					    i->ifa_addr->sa_family != AF_INET6))
			continue;
		own = host_of(i->ifa_addr);
		if (IN6_ARE_ADDR_EQUAL(&own, host))
			return true;
	}
	return false;
}

static bool same_file(const char *a, const char *b)
{
	struct stat one, two;

	return stat(a, &one) == 0 && stat(b, &two) == 0 && one.st_dev == two.st_dev &&
	       one.st_ino == two.st_ino;
}

/* The sockets, or, as long as they are not there, their folders: /var/run may be /run. */
static bool same_path(const struct addr *a, const struct addr *b)
{
	char folder[2][sizeof(a->u.un.sun_path) + 1];
	const struct addr *both[2] = { a, b };
	const char *name[2];

	if (a->kind != ADDR_UNIX || b->kind != ADDR_UNIX)
		return false;
	for (size_t i = 0; i < 2; i++) {
		const char *path = both[i]->u.un.sun_path, *slash = strrchr(path, '/');
		size_t len = slash != NULL ? (size_t)(slash - path) : 0;

		name[i] = slash != NULL ? slash + 1 : path;
		memcpy(folder[i], path, len);
		memcpy(folder[i] + len, slash != NULL ? "/" : ".", 2);
	}
	return same_file(a->u.un.sun_path, b->u.un.sun_path) ||
	       (strcmp(name[0], name[1]) == 0 && same_file(folder[0], folder[1]));
}

/* Whether who connects to `to` may come out at the listener; the ports are equal. */
static bool reaches(const struct map *map, const struct addr *to, const struct addr *listener)
{
	struct in6_addr host, there;
	bool v4;

	if (addr_port(to) == 0)
		return addr_equal(to, listener) || same_path(to, listener);
	host = host_of(&to->u.sa);
	there = host_of(&listener->u.sa);
	v4 = IN6_IS_ADDR_V4MAPPED(&host);
	if (listener->kind != ADDR_ANY && v4 != (listener->kind == ADDR_INET))
		return false;
	return addr_every_host(listener) ? is_local(map, &host)
					 : IN6_ARE_ADDR_EQUAL(&host, &there) != 0;
}

static void add_way(struct map *map, struct way way)
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

static void find_doors(struct map *map, struct way way, const struct addr *to)
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
		if (reaches(map, to, &way.to->listen->addr))
			add_way(map, way);
	}
}

/* Port `*`: the one that the client used, that is, one of the service's own. */
static void find_all_doors(struct map *map, struct way way, struct addr to)
{
	const struct service_conf *service = &map->config->services[way.from].conf;

	if (!to.client_port) {
		find_doors(map, way, &to);
		return;
	}
	for (size_t i = 0; i < service->listens; i++) {
		addr_set_port(&to, addr_port(&service->listen[i].addr));
		if (addr_port(&to) != 0)
			find_doors(map, way, &to);
	}
}

static void collect(struct map *map)
{
	const struct config *config = map->config;
	size_t count = 0;

	for (size_t i = 0; i < config->count; i++)
		count += config->services[i].conf.listens;
	map->doors = arena_alloc(map->top->arena, (count + 1) * sizeof(*map->doors));
	for (size_t i = 0; i < config->count; i++) {
		const struct service_conf *s = &config->services[i].conf;

		for (size_t k = 0; k < s->listens; k++)
			map->doors[map->door_count++] =
				(struct door){ i, &s->listen[k], addr_port(&s->listen[k].addr) };
	}
	if (count > 1)
		qsort(map->doors, count, sizeof(*map->doors), by_port);
	for (size_t i = 0; i < config->count; i++) {
		const struct service_entry *entry = &config->services[i];

		for (size_t k = 0; k < entry->count; k++) {
			const struct backend_conf *b = &entry->backends[k];
			struct way way = { .from = i, .backend = b, .open = true };

			find_all_doors(map, way, b->addr);
			way.check = true;
			if (b->check_addr.kind != ADDR_NONE)
				find_all_doors(map, way, b->check_addr);
		}
	}
}

/*
 * A way that ends at a service which no way leaves, or begins at one that no way reaches, is no
 * part of a ring. What is left when there is no such way any more are rings, and what joins them.
 */
static void drop_dead_ends(struct map *map)
{
	size_t services = map->config->count;
	size_t *in = arena_alloc(map->top->arena, (services + 1) * sizeof(*in));
	size_t *out = arena_alloc(map->top->arena, (services + 1) * sizeof(*out));
	bool again = true;

	for (size_t i = 0; i < map->way_count; i++) {
		out[map->ways[i].from]++;
		in[map->ways[i].to->service]++;
	}
	while (again) {
		again = false;
		for (size_t i = 0; i < map->way_count; i++) {
			struct way *w = &map->ways[i];

			if (!w->open || (out[w->to->service] != 0 && in[w->from] != 0))
				continue;
			w->open = false;
			out[w->from]--;
			in[w->to->service]--;
			again = true;
		}
	}
}

static void tell(const struct map *map, const struct way *w)
{
	const struct service_conf *from = &map->config->services[w->from].conf;
	const struct service_conf *to = &map->config->services[w->to->service].conf;
	struct conf_place services = conf_place_key(map->top, "services");
	struct conf_place service = conf_place_key(&services, from->name);
	struct conf_place backends = conf_place_key(&service, "backends");
	struct conf_place backend = conf_place_key(&backends, w->backend->name);
	struct conf_place check = conf_place_key(&backend, "check");
	char address[ADDR_TEXT], listener[ADDR_TEXT];

	addr_print(w->check ? &w->backend->check_addr : &w->backend->addr, address,
		   sizeof(address));
	addr_print(&w->to->listen->addr, listener, sizeof(listener));
	conf_tell(w->check ? &check : &backend, CONF_ERROR, w->backend->node,
		  "%s leads back to heddle itself: services.%s listens on %s (%s:%u)%s", address,
		  to->name, listener, w->to->listen->file, w->to->listen->line,
		  from == to ? "" : " and leads back here");
}

void config_check_loops(const struct config *config, bool deep, const struct conf_place *top)
{
	struct map map = { .config = config, .top = top };

	/* without the addresses of this machine, its loopback addresses are known still */
	if (deep && getifaddrs(&map.interfaces) == -1)
		map.interfaces = NULL;
	collect(&map);
	drop_dead_ends(&map);
	for (size_t i = 0; i < map.way_count; i++) {
		if (map.ways[i].open)
			tell(&map, &map.ways[i]);
	}
	if (map.interfaces != NULL)
		freeifaddrs(map.interfaces);
}
