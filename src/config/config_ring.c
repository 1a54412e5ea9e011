/* SPDX-License-Identifier: BSD-2-Clause */
#include "config/config_ring.h"

#include <ifaddrs.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "config/config_reach.h"
#include "config/config_types.h"
#include "core/arena.h"

struct ring_door {		/* where connections come in */
	const struct object *listener, *service;
};

struct ring_way {		/* from one service to another */
	const struct object *from, *to;
};

struct config_ring {
	const struct config *config;
	struct arena        *arena;
	struct ifaddrs      *interfaces;
	bool                 asked;	/* for the interfaces */
	bool                 collected;	/* the ways of the configuration */
	struct ring_door    *doors;	/* by port */
	struct ring_way     *ways;
	size_t               door_count, door_room, way_count, way_room;
};

/* Called for each door that an address leads to; false: enough. */
typedef bool on_door(struct config_ring *ring, const struct object *from,
		     const struct ring_door *door, void *arg);

static void *more(struct arena *arena, void *list, size_t count, size_t *room, size_t size)
{
	void *grown;

	if (count < *room)
		return list;
	*room = *room != 0 ? 2 * *room : 16;
	grown = arena_alloc(arena, *room * size);
	if (count != 0)
		memcpy(grown, list, count * size);
	return grown;
}

static int port_of(const struct ring_door *door)
{
	return addr_port(&((const struct listen_conf *)door->listener->conf)->addr);
}

static int by_port(const void *left, const void *right)
{
	return port_of(left) - port_of(right);
}

struct ring_visit {
	struct config_ring  *ring;
	const struct object *service;
};

static void collect_door(const struct config_node *child, void *arg)
{
	struct ring_visit *v = arg;
	struct config_ring *ring = v->ring;

	if (config_object(child)->kind != &config_listener_kind)
		return;
	ring->doors = more(ring->arena, ring->doors, ring->door_count, &ring->door_room,
			   sizeof(*ring->doors));
	ring->doors[ring->door_count++] = (struct ring_door){ config_object(child), v->service };
}

static void collect_doors(const struct config_node *child, void *arg)
{
	struct ring_visit v = { arg, config_object(child) };

	if (v.service->kind == &config_service_kind)
		config_each_below(child, collect_door, &v);
}

struct config_ring *config_ring_new(const struct config *config, struct arena *arena)
{
	struct config_ring *ring = arena_alloc(arena, sizeof(*ring));

	*ring = (struct config_ring){ .config = config, .arena = arena };
	config_each_below(config_root(config), collect_doors, ring);
	if (ring->door_count > 1)
		qsort(ring->doors, ring->door_count, sizeof(*ring->doors), by_port);
	return ring;
}

void config_ring_close(struct config_ring *ring)
{
	if (ring != NULL && ring->interfaces != NULL)
		freeifaddrs(ring->interfaces);
}

static bool reaches(struct config_ring *ring, const struct addr *to, const struct ring_door *door)
{
	/* without the addresses of this machine, its loopback addresses are known still */
	if (!ring->asked && getifaddrs(&ring->interfaces) == -1)
		ring->interfaces = NULL;
	ring->asked = true;
	return config_reach(ring->interfaces, to,
			    &((const struct listen_conf *)door->listener->conf)->addr);
}

static bool each_door(struct config_ring *ring, const struct object *from, const struct addr *to,
		      on_door *each, void *arg)
{
	int port = addr_port(to);
	size_t low = 0, high = ring->door_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (port_of(&ring->doors[middle]) < port)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < ring->door_count && port_of(&ring->doors[low]) == port; low++) {
		if (reaches(ring, to, &ring->doors[low]) &&
		    !each(ring, from, &ring->doors[low], arg))
			return false;
	}
	return true;
}

/* Port `*`: the one that the client used, that is, one of the service's own. */
static bool each_client_port(struct config_ring *ring, const struct object *from, struct addr to,
			     on_door *each, void *arg)
{
	to.client_port = false;
	for (size_t i = 0; i < ring->door_count; i++) {
		const struct ring_door *door = &ring->doors[i];
		int port = port_of(door);

		if (door->service != from || port == 0)
			continue;
		addr_set_port(&to, (uint16_t)port);
		if (!each_door(ring, from, &to, each, arg))
			return false;
	}
	return true;
}

static bool each_end(struct config_ring *ring, const struct object *from,
		     const struct backend_conf *backend, on_door *each, void *arg)
{
	const struct addr *ends[] = { &backend->addr, &backend->check_addr };

	for (size_t i = 0; i < COUNT(ends); i++) {
		bool on = ends[i]->kind == ADDR_NONE ? true : ends[i]->client_port
			? each_client_port(ring, from, *ends[i], each, arg)
			: each_door(ring, from, ends[i], each, arg);

		if (!on)
			return false;
	}
	return true;
}

static bool add_way(struct config_ring *ring, const struct object *from,
		    const struct ring_door *door, void *arg)
{
	(void)arg;
	ring->ways = more(ring->arena, ring->ways, ring->way_count, &ring->way_room,
			  sizeof(*ring->ways));
	ring->ways[ring->way_count++] = (struct ring_way){ from, door->service };
	return true;
}

void config_ring_add(struct config_ring *ring, const struct object *service,
		     const struct backend_conf *backend)
{
	(void)each_end(ring, service, backend, add_way, NULL);
}

static void collect_way(const struct config_node *child, void *arg)
{
	const struct ring_visit *v = arg;
	const struct object *object = config_object(child);

	if (object->kind == &config_backend_kind)
		config_ring_add(v->ring, v->service, object->conf);
}

static void collect_ways(const struct config_node *child, void *arg)
{
	struct ring_visit v = { arg, config_object(child) };

	if (v.service->kind == &config_service_kind)
		config_each_below(child, collect_way, &v);
}

/* Those of the configuration are of no interest until something leads to a door. */
static void collect(struct config_ring *ring)
{
	if (!ring->collected)
		config_each_below(config_root(ring->config), collect_ways, ring);
	ring->collected = true;
}

static bool is_in(const struct object *const *list, size_t count, const struct object *one)
{
	for (size_t i = 0; i < count; i++) {
		if (list[i] == one)
			return true;
	}
	return false;
}

static bool leads_to(struct config_ring *ring, const struct object *from, const struct object *to)
{
	const struct object **seen;
	size_t count = 1;

	collect(ring);
	seen = arena_alloc(ring->arena, (ring->way_count + 1) * sizeof(*seen));
	seen[0] = from;
	for (size_t i = 0; i < count && seen[i] != to; i++) {
		for (size_t k = 0; k < ring->way_count; k++) {
			const struct ring_way *way = &ring->ways[k];

			if (way->from == seen[i] && !is_in(seen, count, way->to))
				seen[count++] = way->to;
		}
	}
	return is_in(seen, count, to);
}

static bool find_back(struct config_ring *ring, const struct object *from,
		      const struct ring_door *door, void *arg)
{
	*(const struct ring_door **)arg = door;
	return !leads_to(ring, door->service, from);
}

bool config_ring_closed(struct config_ring *ring, const struct object *service,
			const struct backend_conf *backend, const struct object **listener,
			const struct object **owner)
{
	const struct ring_door *door = NULL;

	if (each_end(ring, service, backend, find_back, &door))
		return false;
	*listener = door->listener;
	*owner = door->service;
	return true;
}
