/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/backend.h"

#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "proxy/balancer.h"
#include "proxy/service.h"

/* A name that tells the port of the address is what people know the backend by, and look for. */
static bool names_host(const char *name, const char *address)
{
	const char *port = strrchr(address, ':'), *own = strrchr(name, ':');

	return port != NULL && own != NULL && own != name && strcmp(own, port) == 0;
}

struct backend *backend_new(struct arena *arena, const struct backend_conf *conf,
			    struct handle handle)
{
	struct backend *b = arena_alloc(arena, sizeof(*b));
	char address[ADDR_TEXT];

	addr_print(&conf->addr, address, sizeof(address));
	*b = (struct backend){
		.arena = arena, .conf = conf, .name = conf->name, .handle = handle, .references = 1,
		.address = arena_strdup(arena, address),
	};
	b->shown = names_host(b->name, address) ? b->name : b->address;
	return b;
}

void backend_hold(struct backend *b)
{
	b->references++;
}

void backend_release(struct backend *b)
{
	if (--b->references == 0)
		arena_free(b->arena);	/* which holds b itself */
}

static bool is_full(const struct backend *b)
{
	uint32_t most = b->conf->max_connections;

	return most != 0 && backend_sessions(b) >= most;
}

/* But for its limit. */
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

bool backend_usable(const struct service *service, uint32_t i, const struct choice *choice)
{
	const struct backend *b = service->set.list[i];

	return is_candidate(b, choice) && !is_full(b);
}

bool backends_full(const struct service *service, const struct choice *choice)
{
	for (uint32_t i = 0; i < service->set.count; i++) {
		const struct backend *b = service->set.list[i];

		/* one that has room by now counts as well: it had none a moment ago */
		if (b->conf->max_connections != 0 && is_candidate(b, choice))
			return true;
	}
	return false;
}

static void set_hold(_Atomic uint8_t *hold, enum hold to)
{
	atomic_store_explicit(hold, (uint8_t)to, memory_order_release);
}

bool backend_claim(const struct service *service, uint32_t i, uint32_t seen,
		   const struct choice *choice)
{
	const struct backend *b = service->set.list[i];
	struct session_row *row = choice->row;
	struct active *active = backend_active(b->handle.index);
	uint64_t word = active_look(active);
	uint32_t most = b->conf->max_connections;

	if (active_of(word) != seen || (most != 0 && seen >= most))
		return false;
	atomic_store_explicit(&row->backend, b->handle.index, memory_order_relaxed);
	set_hold(&row->backend_hold, HOLD_TAKING);
	if (active_move(active, &word, seen + 1)) {
		set_hold(&row->backend_hold, HOLD_HELD);
		return true;
	}
	set_hold(&row->backend_hold, HOLD_FREE);
	return false;
}

struct backend *backend_take(struct service *service, struct choice *choice)
{
	uint32_t i = service->balancer->choose(service, choice);
	struct backend *b;

	if (i == BALANCER_NONE)
		return NULL;
	b = service->set.list[i];
	backend_hold(b);
	return b;
}

void backend_give(struct backend *b, struct session_row *row)
{
	set_hold(&row->backend_hold, HOLD_GIVING);
	active_less(backend_active(b->handle.index));
	set_hold(&row->backend_hold, HOLD_FREE);
	backend_release(b);
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
	choice->tried[choice->count++] = b->handle.index;
	return true;
}

bool choice_has(const struct choice *choice, const struct backend *b)
{
	for (uint16_t i = 0; i < choice->count; i++) {
		if (choice->tried[i] == b->handle.index)
			return true;
	}
	return false;
}

void choice_close(struct choice *choice)
{
	free(choice->tried);
	choice->tried = NULL;
	choice->count = choice->room = 0;
}
