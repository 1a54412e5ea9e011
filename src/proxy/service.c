/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/service.h"

#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/log.h"
#include "proxy/balancer.h"
#include "proxy/hold.h"
#include "proxy/protocol.h"

struct service *service_new(struct handle handle, const char *name)
{
	struct service *s = calloc(1, sizeof(*s));

	CHECK(s != NULL);
	list_init(&s->link);
	list_init(&s->unsorted);
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
	backend_set_close(&s->set);
	backend_set_close(&s->groups);
	node_route_set_close(&s->routes);
	object_release(s->object);
	free(s->name);
	free(s);
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a == 0 || (b != 0 && b < a) ? b : a;
}

void service_set_object(struct service *s, struct object *object)
{
	const struct service_conf *conf = object->conf;

	object_release(s->object);
	s->object = object;
	s->conf = conf;
	s->patience_ms = least(least(conf->client_timeout_ms, conf->server_timeout_ms),
			       conf->idle_timeout_ms);
	s->balancer = balancer_at(conf->balance);
	s->greets = protocol_at(conf->protocol)->greet != NULL ? protocol_at(conf->protocol) : NULL;
	s->tuning = (struct conn_tuning){
		.nodelay = conf->nodelay,
		.keepalive = conf->keepalive.on,
		.idle = (int)((conf->keepalive.idle_ms + 999) / 1000),
		.interval = (int)((conf->keepalive.interval_ms + 999) / 1000),
		.count = (int)conf->keepalive.count,
	};
}

static void note_peak(struct service_cell *cell, uint32_t active)
{
	uint32_t peak = atomic_load_explicit(&cell->peak, memory_order_relaxed);

	while (active > peak && !atomic_compare_exchange_weak(&cell->peak, &peak, active))
		;
}

/* Counts a session, as `hold` and `index` of its row say. */
static bool enter(const struct service *s, _Atomic uint8_t *hold, _Atomic uint32_t *index)
{
	struct service_cell *cell = service_cell(s->handle.index);
	uint32_t most = s->conf->max_connections;
	uint64_t seen = active_read(&cell->active);

	atomic_store_explicit(index, s->handle.index, memory_order_relaxed);
	hold_set(hold, HOLD_TAKING);
	do {
		if (most != 0 && active_of(seen) >= most) {
			hold_set(hold, HOLD_FREE);
			return false;
		}
	} while (!active_move(&cell->active, &seen, active_of(seen) + 1));
	hold_set(hold, HOLD_HELD);
	note_peak(cell, active_of(seen) + 1);
	return true;
}

static void leave(const struct service *s, _Atomic uint8_t *hold)
{
	if (*hold == HOLD_HELD)
		hold_give(hold, &service_cell(s->handle.index)->active);
}

bool service_enter(struct service *s, struct session_row *row)
{
	return enter(s, &row->service_hold, &row->service);
}

void service_leave(struct service *s, struct session_row *row)
{
	leave(s, &row->service_hold);
}

bool service_enter_via(struct service *s, struct session_row *row)
{
	/* it is free: nobody takes it for the count of something else */
	atomic_store_explicit(&row->via_kind, COUNTED_SERVICE, memory_order_relaxed);
	return enter(s, &row->via_hold, &row->via);
}

void service_leave_via(struct service *s, struct session_row *row)
{
	leave(s, &row->via_hold);
}
