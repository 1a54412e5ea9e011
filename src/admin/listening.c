/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/listening.h"

#include <unistd.h>

#include "core/arena.h"
#include "core/id_table.h"
#include "core/list.h"
#include "process/change.h"

struct listening {
	struct list   link;
	struct id_link by_id;
	struct addr   addr;
	struct handle service;	/* as committed; no cell: not yet */
	struct handle next;	/* as prepared; no cell: to be removed */
	bool          prepared;
};

static const struct handle none = { HANDLE_NONE, 0 };

static struct arena *arena;
static struct list all, unused;
static struct id_table by_id;

void listening_open(void)
{
	arena = arena_new();
	list_init(&all);
	list_init(&unused);
}

void listening_close(void)
{
	arena_free(arena);
	arena = NULL;
	by_id = (struct id_table){ 0 };
	list_init(&all);
	list_init(&unused);
}

static struct listening *find(uint32_t id)
{
	struct id_link *link = id_table_find(&by_id, id);

	return link != NULL ? container_of(link, struct listening, by_id) : NULL;
}

static struct listening *add(const struct change_address *address)
{
	struct listening *l;

	if (list_empty(&unused)) {
		l = arena_alloc(arena, sizeof(*l));
		list_init(&l->link);
	} else {
		l = container_of(unused.next, struct listening, link);
		list_unlink(&l->link);
	}
	id_table_add(&by_id, &l->by_id, address->id);
	l->addr = address->addr;
	l->service = none;
	list_append(&all, &l->link);
	return l;
}

bool listening_prepare(const struct change_op *op)
{
	struct listening *l;

	if (op->object != CHANGE_ADDRESS)
		return false;
	for (unsigned i = 0; i < op->address.count; i++)
		close(op->address.fds[i]);
	arena_free(op->arena);
	l = find(op->address.id);
	if (l == NULL && op->verb == CHANGE_PUT)
		l = add(&op->address);
	if (l != NULL) {
		l->next = op->verb == CHANGE_PUT ? op->service : none;
		l->prepared = true;
	}
	return true;
}

static void settle(bool commit)
{
	struct list *node = all.next;

	while (node != &all) {
		struct listening *l = container_of(node, struct listening, link);

		node = node->next;
		if (!l->prepared)
			continue;
		l->prepared = false;
		if (commit)
			l->service = l->next;
		if (l->service.index != HANDLE_NONE)
			continue;
		id_table_remove(&l->by_id);
		list_unlink(&l->link);
		list_append(&unused, &l->link);
	}
}

void listening_commit(void)
{
	settle(true);
}

void listening_abort(void)
{
	settle(false);
}

void listening_each(struct handle service, void (*each)(const struct addr *addr, void *arg),
		    void *arg)
{
	for (struct list *node = all.next; node != &all; node = node->next) {
		const struct listening *l = container_of(node, struct listening, link);

		if (handle_equal(l->service, service))
			each(&l->addr, arg);
	}
}
