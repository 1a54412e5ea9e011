/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/service.h"

#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/log.h"
#include "proxy/balancer.h"

struct service *service_new(struct handle handle, const char *name)
{
	struct service *s = calloc(1, sizeof(*s));

	CHECK(s != NULL);
	list_init(&s->link);
	s->handle = handle;
	s->references = 1;
	s->name = strdup(name);
	CHECK(s->name != NULL);
	return s;
}

void service_hold(struct service *s)
{
	s->references++;
}

void service_release(struct service *s)
{
	if (--s->references != 0)
		return;
	for (uint32_t i = 0; i < s->set.count; i++)
		backend_release(s->set.list[i]);
	free(s->set.list);
	arena_free(s->arena);
	free(s->name);
	free(s);
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a == 0 || (b != 0 && b < a) ? b : a;
}

void service_set_conf(struct service *s, struct arena *arena, const struct service_conf *conf)
{
	arena_free(s->arena);
	s->arena = arena;
	s->conf = conf;
	s->patience_ms = least(least(conf->client_timeout_ms, conf->server_timeout_ms),
			       conf->idle_timeout_ms);
	s->balancer = balancer_find((enum balance)conf->balance);
	s->tuning = (struct conn_tuning){
		.nodelay = conf->nodelay,
		.keepalive = conf->keepalive.on,
		.idle = (int)((conf->keepalive.idle_ms + 999) / 1000),
		.interval = (int)((conf->keepalive.interval_ms + 999) / 1000),
		.count = (int)conf->keepalive.count,
	};
}

bool service_set_resize(struct service *s, uint32_t count)
{
	uint32_t room = s->set.room != 0 ? s->set.room : 4;
	struct backend **list;

	while (room < count)
		room *= 2;
	if (room == s->set.room)
		return true;
	list = realloc(s->set.list, room * sizeof(*list));
	if (list == NULL)
		return false;
	s->set.list = list;
	s->set.room = room;
	return true;
}

static void set_hold(struct session_row *row, enum hold to)
{
	atomic_store_explicit(&row->service_hold, (uint8_t)to, memory_order_release);
}

static void note_peak(struct service_cell *cell, uint32_t active)
{
	uint32_t peak = atomic_load_explicit(&cell->peak, memory_order_relaxed);

	while (active > peak && !atomic_compare_exchange_weak(&cell->peak, &peak, active))
		;
}

bool service_enter(struct service *s, struct session_row *row)
{
	struct service_cell *cell = service_cell(s->handle.index);
	uint32_t most = s->conf->max_connections;
	uint64_t seen = active_look(&cell->active);

	atomic_store_explicit(&row->service, s->handle.index, memory_order_relaxed);
	set_hold(row, HOLD_TAKING);
	do {
		if (most != 0 && active_of(seen) >= most) {
			set_hold(row, HOLD_FREE);
			return false;
		}
	} while (!active_move(&cell->active, &seen, active_of(seen) + 1));
	set_hold(row, HOLD_HELD);
	note_peak(cell, active_of(seen) + 1);
	return true;
}

void service_leave(struct service *s, struct session_row *row)
{
	if (row->service_hold != HOLD_HELD)
		return;
	set_hold(row, HOLD_GIVING);
	active_less(&service_cell(s->handle.index)->active);
	set_hold(row, HOLD_FREE);
}
