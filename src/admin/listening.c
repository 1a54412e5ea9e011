/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/listening.h"

#include <unistd.h>

#include "core/arena.h"
#include "core/list.h"
#include "core/map.h"
#include "process/change.h"

struct listening {
	struct list   link;
	uint32_t      id;
	struct addr   addr;
	struct handle service;	/* as committed; `none` before the first commit */
	struct handle next;	/* as prepared */
	struct list   change;	/* in `prepared`, or in no list */
	struct listening *mate;	/* the next one of its service; see by_service */
};

static const struct handle none = { HANDLE_NONE, 0 };

static struct arena *arena;
static struct list all, unused, prepared;
static struct map by_id;
static struct map by_service;	/* by index: the first of each service, as of the last question */
static bool stale;		/* by_service is not of now */

void listening_open(void)
{
	arena = arena_new();
	list_init(&all);
	list_init(&unused);
	list_init(&prepared);
}

void listening_close(void)
{
	map_clear(&by_id);
	map_clear(&by_service);
	arena_free(arena);
	arena = NULL;
	list_init(&all);
	list_init(&unused);
	list_init(&prepared);
}

static struct listening *find(uint32_t id)
{
	return map_get(&by_id, map_number(&id));
}

static struct listening *add(const struct change_address *address)
{
	struct listening *l;

	if (list_empty(&unused)) {
		l = arena_alloc(arena, sizeof(*l));
		list_init(&l->link);
		list_init(&l->change);
	} else {
		l = container_of(unused.next, struct listening, link);
		list_unlink(&l->link);
	}
	l->id = address->id;
	map_set(&by_id, map_number(&l->id), l);
	l->addr = address->addr;
	l->service = none;
	list_append(&all, &l->link);
	stale = true;
	return l;
}

bool listening_prepare(const struct change_op *op)
{
	struct listening *l;

	if (op->kind != NULL)
		return false;
	for (unsigned i = 0; i < op->address.count; i++)
		close(op->address.fds[i]);
	l = find(op->address.id);
	if (l == NULL)
		l = add(&op->address);
	l->next = op->parent;
	list_unlink(&l->change);
	list_append(&prepared, &l->change);
	return true;
}

static void forget(struct listening *l)
{
	stale = true;
	(void)map_remove(&by_id, map_number(&l->id));
	list_unlink(&l->change);
	list_unlink(&l->link);
	list_append(&unused, &l->link);
}

void listening_close_address(uint32_t id)
{
	struct listening *l = find(id);

	if (l != NULL)
		forget(l);
}

static void end_change(bool commit)
{
	while (!list_empty(&prepared)) {
		struct listening *l = container_of(prepared.next, struct listening, change);

		list_unlink(&l->change);
		if (commit)
			l->service = l->next;
		stale = true;
		if (l->service.index == HANDLE_NONE)
			forget(l);
	}
}

void listening_commit(void)
{
	end_change(true);
}

void listening_abort(void)
{
	end_change(false);
}

/* Backwards, so that the first of each service is noted last. */
static void sort_by_service(void)
{
	map_clear(&by_service);
	for (struct list *node = all.prev; node != &all; node = node->prev) {
		struct listening *l = container_of(node, struct listening, link);

		l->mate = map_get(&by_service, map_number(&l->service.index));
		map_set(&by_service, map_number(&l->service.index), l);
	}
	stale = false;
}

void listening_each(struct handle service, void (*each)(const struct addr *addr, void *arg),
		    void *arg)
{
	const struct listening *l;

	if (stale)
		sort_by_service();
	for (l = map_get(&by_service, map_number(&service.index)); l != NULL; l = l->mate) {
		if (handle_equal(l->service, service))
			each(&l->addr, arg);
	}
}
