/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/choice.h"

#include <stdlib.h>

#include "core/pool_cell.h"
#include "core/scoreboard.h"
#include "proxy/backend.h"
#include "proxy/balancer.h"
#include "proxy/hold.h"
#include "proxy/service.h"

static bool is_full(const struct backend *b)
{
	uint32_t most = b->conf->max_connections;

	return most != 0 && backend_sessions(b) >= most;
}

/* Whether it could be used, were it not for max_connections. */
static bool is_candidate(const struct backend *b, const struct choice *choice)
{
	const struct backend_conf *conf = b->conf;

	if (conf->weight == 0 || conf->state != STATE_READY)
		return false;
	if (atomic_load_explicit(&backend_cell(b->handle.index)->health, memory_order_relaxed)
	    != HEALTH_UP)
		return false;
	return choice->count == 0 || !choice_has(choice, b);
}

bool choice_usable(const struct service *service, uint32_t i, const struct choice *choice)
{
	const struct backend *b = service->set.list[i];

	if (b->route != choice->route && choice->route != ROUTE_ANY)
		return false;
	return is_candidate(b, choice) && !is_full(b);
}

bool choice_full(const struct service *service, const struct choice *choice)
{
	for (uint32_t i = 0; i < service->set.count; i++) {
		const struct backend *b = service->set.list[i];

		if (b->route != choice->route && choice->route != ROUTE_ANY)
			continue;
		/* one that has room by now counts as well: it had none a moment ago */
		if (b->conf->max_connections != 0 && is_candidate(b, choice))
			return true;
	}
	return false;
}

bool choice_any(const struct service *service)
{
	static const struct choice first = { .count = 0 };

	for (uint32_t i = 0; i < service->set.count; i++) {
		if (is_candidate(service->set.list[i], &first))
			return true;
	}
	return false;
}

bool choice_claim(const struct service *service, uint32_t i, uint32_t seen,
		  const struct choice *choice)
{
	const struct backend *b = service->set.list[i];
	struct session_row *row = choice->row;
	struct active *active = backend_active(b->handle.index);
	uint64_t word = active_read(active);
	uint32_t most = b->conf->max_connections;

	/* the balancer has compared counts: by another one it might have chosen another backend */
	if (active_of(word) != seen || (most != 0 && seen >= most))
		return false;
	atomic_store_explicit(&row->backend, b->handle.index, memory_order_relaxed);
	hold_set(&row->backend_hold, HOLD_TAKING);
	if (active_move(active, &word, seen + 1)) {
		hold_set(&row->backend_hold, HOLD_HELD);
		return true;
	}
	hold_set(&row->backend_hold, HOLD_FREE);
	return false;
}

void choice_count(const struct choice *choice, const struct backend *b)
{
	struct active *active = backend_active(b->handle.index);
	uint64_t word = active_read(active);

	atomic_store_explicit(&choice->row->backend, b->handle.index, memory_order_relaxed);
	hold_set(&choice->row->backend_hold, HOLD_TAKING);
	while (!active_move(active, &word, active_of(word) + 1))
		;
	hold_set(&choice->row->backend_hold, HOLD_HELD);
}

struct backend *choice_take(struct service *service, struct choice *choice)
{
	uint32_t i = service->balancer->choose(service, choice);
	struct backend *b;

	if (i == BALANCER_NONE)
		return NULL;
	b = service->set.list[i];
	backend_hold(b);
	return b;
}

/* Cells of nodes and of backends are numbered apart. */
#define NODE (UINT32_C(1) << 31)

static uint32_t id_of(const struct backend *b)
{
	return b->subscribed ? NODE | b->cell : b->handle.index;
}

bool choice_add(struct choice *choice, const struct backend *b)
{
	if (choice->count == choice->room) {
		uint16_t room = choice->room != 0 ? (uint16_t)(choice->room * 2) : 4;
		uint32_t *bigger;

		if (room < choice->room)
			return false;
		bigger = realloc(choice->tried, room * sizeof(*bigger));
		if (bigger == NULL)
			return false;
		choice->tried = bigger;
		choice->room = room;
	}
	choice->tried[choice->count++] = id_of(b);
	return true;
}

static bool has(const struct choice *choice, uint32_t id)
{
	for (uint16_t i = 0; i < choice->count; i++) {
		if (choice->tried[i] == id)
			return true;
	}
	return false;
}

bool choice_has(const struct choice *choice, const struct backend *b)
{
	return has(choice, id_of(b));
}

bool choice_has_node(const struct choice *choice, uint32_t cell)
{
	return has(choice, NODE | cell);
}

void choice_close(struct choice *choice)
{
	free(choice->tried);
	choice->tried = NULL;
	choice->count = choice->room = 0;
}
