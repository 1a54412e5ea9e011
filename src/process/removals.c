/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/removals.h"

#include <stdbool.h>

#include "core/arena.h"
#include "core/config.h"
#include "core/list.h"
#include "core/scoreboard.h"
#include "event/event.h"
#include "process/addresses.h"
#include "process/cells.h"
#include "process/transaction.h"

#define LOOK_MS 1000

struct removal {	/* of one service's backends, and perhaps of itself */
	struct list    link;
	struct arena  *arena;
	uint64_t       number;		/* of the change that all must have confirmed */
	uint64_t       noted;		/* of the change that removed it */
	struct handle  service;		/* to be given back too if `whole` */
	bool           whole;
	struct handle *backends;
	size_t         count;
};

static struct list all = { &all, &all };
static struct timer timer;

static bool still_listens(struct handle service)
{
	struct list *addresses = addresses_all();

	for (struct list *node = addresses->next; node != addresses; node = node->next) {
		if (handle_equal(container_of(node, struct address, link)->service, service))
			return true;
	}
	return false;
}

static void give_backends(struct removal *r)
{
	size_t left = 0;

	for (size_t i = 0; i < r->count; i++) {
		if (active_count(backend_active(r->backends[i].index)) == 0)
			backend_cell_give(r->backends[i]);
		else
			r->backends[left++] = r->backends[i];
	}
	r->count = left;
}

/* true: nothing of it is left. */
static bool give(struct removal *r)
{
	if (!transaction_settled(r->number) || (r->whole && still_listens(r->service)))
		return false;
	give_backends(r);
	if (r->count > 0)
		return false;
	if (r->whole && active_count(&service_cell(r->service.index)->active) > 0)
		return false;
	if (r->whole)
		service_cell_give(r->service);
	return true;
}

void removals_look(void)
{
	struct list *node = all.next;

	while (node != &all) {
		struct removal *r = container_of(node, struct removal, link);

		node = node->next;
		if (!give(r))
			continue;
		list_unlink(&r->link);
		arena_free(r->arena);
	}
	if (!list_empty(&all) && !timer_pending(&timer))
		timer_set(&timer, LOOK_MS);
}

bool removals_pending(uint64_t change)
{
	for (struct list *node = all.next; node != &all; node = node->next) {
		const struct removal *r = container_of(node, struct removal, link);

		if (r->whole && r->noted <= change)
			return true;
	}
	return false;
}

static void on_timer(struct timer *t)
{
	(void)t;
	removals_look();
}

void removals_open(void)
{
	timer_setup(&timer, on_timer);
}

static void note_service(const struct cells *before, const struct cells *now, size_t i,
			 uint64_t number)
{
	const struct service_entry *entry = &before->config->services[i];
	struct arena *arena = arena_new();
	struct removal *r = arena_alloc(arena, sizeof(*r));

	*r = (struct removal){ .arena = arena, .number = number, .noted = number,
				.service = before->services[i] };
	list_init(&r->link);
	r->whole = cells_service(now, entry->conf.name).index == HANDLE_NONE;
	r->backends = arena_alloc(arena, (entry->count + 1) * sizeof(*r->backends));
	for (size_t n = 0; n < entry->count; n++) {
		struct handle kept = cells_backend(now, entry->conf.name, entry->backends[n].name);

		if (kept.index == HANDLE_NONE)
			r->backends[r->count++] = before->backends[i][n];
	}
	if (r->whole || r->count > 0)
		list_append(&all, &r->link);
	else
		arena_free(arena);
}

void removals_note(const struct cells *before, const struct cells *now, uint64_t number)
{
	for (size_t i = 0; i < before->config->count; i++)
		note_service(before, now, i, number);
	if (!list_empty(&all) && !timer_pending(&timer))
		timer_set(&timer, LOOK_MS);
}

void removals_addresses_gone(uint64_t number)
{
	for (struct list *node = all.next; node != &all; node = node->next) {
		struct removal *r = container_of(node, struct removal, link);

		if (r->whole && !still_listens(r->service) && r->number < number)
			r->number = number;
	}
}
