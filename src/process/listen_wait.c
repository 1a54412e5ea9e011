/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/listen_wait.h"

#include <stddef.h>

#include "config/config.h"
#include "core/arena.h"
#include "core/text.h"
#include "process/running.h"

static struct arena *arena;	/* of all; NULL: none waits */
static struct listen_wait *list;
static size_t count, room;
static bool wait_for_all;

static const char *path_of(const struct kind_listener *l)
{
	return arena_printf(arena, "%s/%s", l->owner->key, l->listener->key);
}

static struct listen_wait *find(const struct addr *addr)
{
	for (size_t i = 0; i < count; i++) {
		if (list[i].why != NULL && addr_equal(&list[i].addr, addr))
			return &list[i];
	}
	return NULL;
}

static void append(const struct listen_wait *w)
{
	if (count == room) {
		struct listen_wait *bigger;

		room = room > 0 ? 2 * room : 16;
		bigger = arena_alloc(arena, room * sizeof(*bigger));
		if (count > 0)
			memcpy(bigger, list, count * sizeof(*bigger));
		list = bigger;
	}
	list[count++] = *w;
}

void listen_wait_for_all(bool all)
{
	wait_for_all = all;
}

bool listen_wait_add(const struct kind_listener *l, bool started, const char *why)
{
	const char *path;

	if (started)
		return find(&l->conf->addr) != NULL;
	if (l->listener == NULL || l->owner == NULL ||
	    (running_base() == NULL && !wait_for_all))
		return false;
	if (arena == NULL)
		arena = arena_new();
	path = path_of(l);
	if (!wait_for_all && config_get(running_base(), path) != NULL)
		return false;
	append(&(struct listen_wait){ path, l->conf->addr, arena_strdup(arena, why) });
	return true;
}

void listen_wait_bound(const struct addr *addr)
{
	struct listen_wait *w = find(addr);

	if (w != NULL)
		w->why = NULL;
}

const struct listen_wait *listen_wait_next(size_t *from)
{
	while (*from < count) {
		const struct listen_wait *w = &list[(*from)++];

		if (w->why != NULL)
			return w;
	}
	return NULL;
}

void listen_wait_sweep(const struct config *config)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		if (list[i].why != NULL && config_get(config, list[i].path) != NULL)
			list[kept++] = list[i];
	}
	count = kept;
	if (count > 0)
		return;
	arena_free(arena);
	arena = NULL;
	list = NULL;
	room = 0;
}
