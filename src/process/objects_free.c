/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/objects_free.h"

#include <stdlib.h>

#include "config/object.h"
#include "core/list.h"
#include "core/log.h"
#include "event/event.h"
#include "process/listen_table.h"
#include "process/objects.h"
#include "process/transaction.h"

#define RUN_MS 1000

struct removed {
	struct list    link;
	struct object *object;
	/* its listeners may still bring sessions; index HANDLE_NONE: nothing more can */
	struct handle  service;
	uint64_t       number;	/* of the change that all must have confirmed */
};

static struct list all = { &all, &all };
static struct timer timer;

static bool still_listens(struct handle service)
{
	struct listen_address *a;

	for (LISTEN_TABLE_EACH(a)) {
		if (handle_equal(a->service, service))
			return true;
	}
	return false;
}

static bool may_free(const struct removed *r, bool listens)
{
	return !listens && transaction_confirmed(r->number) && !objects_in_use(r->object);
}

static void drop(struct removed *r)
{
	list_unlink(&r->link);
	object_release(r->object);
	free(r);
}

void objects_free_run(void)
{
	struct handle asked = { .index = HANDLE_NONE };
	struct list *node = all.next;
	bool listens = false;

	while (node != &all) {
		struct removed *r = container_of(node, struct removed, link);

		node = node->next;
		if (!handle_equal(r->service, asked)) {	/* neighbours have the same service */
			asked = r->service;
			listens = asked.index != HANDLE_NONE && still_listens(asked);
		}
		if (!may_free(r, listens))
			continue;
		objects_give(r->object);
		drop(r);
	}
	if (!list_empty(&all) && !timer_pending(&timer))
		timer_set(&timer, RUN_MS);
}

bool objects_free_pending(uint64_t change)
{
	for (struct list *node = all.next; node != &all; node = node->next) {
		const struct removed *r = container_of(node, struct removed, link);

		if (r->service.index != HANDLE_NONE && r->number <= change)
			return true;
	}
	return false;
}

static void on_timer(struct timer *t)
{
	(void)t;
	objects_free_run();
}

void objects_free_open(void)
{
	timer_setup(&timer, on_timer);
}

void objects_free_close(void)
{
	timer_cancel(&timer);
	while (!list_empty(&all))
		drop(container_of(all.next, struct removed, link));
}

void objects_free_add(struct object *object, bool with_service, uint64_t number)
{
	struct removed *r;

	if (object->handle.index == HANDLE_NONE) {
		object_release(object);
		return;
	}
	r = malloc(sizeof(*r));
	CHECK(r != NULL);
	*r = (struct removed){ .object = object, .service = { .index = HANDLE_NONE },
			       .number = number };
	if (with_service)
		r->service = object->kind->cell == CELL_SERVICE ? object->handle : object->parent;
	list_init(&r->link);
	list_append(&all, &r->link);
	if (!timer_pending(&timer))
		timer_set(&timer, RUN_MS);
}
