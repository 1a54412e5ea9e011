/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/listeners.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/log.h"
#include "core/scoreboard.h"
#include "process/change.h"
#include "proxy/accept.h"
#include "proxy/registry.h"
#include "proxy/service.h"

#define HUNG_MS 1000
#define PAUSE_MS 100
#define SLOTS_MAX 256	/* more descriptors do not fit into a message of the master's anyway */

struct pending {
	struct list      link;
	struct change_op op;
	struct listener *built;	/* for a PUT with sockets */
};

static struct list listeners, prepared;
static bool mine[SLOTS_MAX];	/* slots to accept from */
static bool stopped;
static enum pause_cause paused;
static uint64_t paused_at;
static struct timer pause_timer;

static void on_pause_over(struct timer *t)
{
	(void)t;
	listeners_resume();
}

void listeners_open(void)
{
	list_init(&listeners);
	list_init(&prepared);
	stopped = false;
	paused = PAUSE_NONE;
	timer_setup(&pause_timer, on_pause_over);
}

void listener_hold(struct listener *l)
{
	l->references++;
}

static void free_listener(struct deferred *d)
{
	struct listener *l = container_of(d, struct listener, gone);

	free(l->sockets);
	free(l);
}

/* The batch that brought the change may report its sockets too: they were shut down. */
void listener_release(struct listener *l)
{
	if (--l->references != 0)
		return;
	if (l->service != NULL)
		service_release(l->service);
	loop_defer(&l->gone, free_listener);
}

static struct listener *build(const struct change_address *a)
{
	struct listener *l = calloc(1, sizeof(*l));

	CHECK(l != NULL);
	list_init(&l->link);
	l->id = a->id;
	l->addr = a->addr;
	l->shared = a->shared;
	l->count = a->count;
	l->references = 1;
	addr_print(&a->addr, l->text, sizeof(l->text));
	l->sockets = calloc(a->count, sizeof(*l->sockets));
	CHECK(l->sockets != NULL);
	for (unsigned i = 0; i < a->count; i++) {
		struct listening *socket = &l->sockets[i];

		socket->listener = l;
		socket->batch = 1;
		event_setup(&socket->event, a->fds[i], accept_from);
		event_set_shared(&socket->event, a->shared);
	}
	return l;
}

static void close_sockets(struct listener *l)
{
	for (unsigned i = 0; i < l->count; i++)
		event_close(&l->sockets[i].event);
}

static void drop(struct listener *l)
{
	close_sockets(l);
	list_unlink(&l->link);
	listener_release(l);
}

static struct listener *find(uint32_t id)
{
	for (struct list *node = listeners.next; node != &listeners; node = node->next) {
		struct listener *l = container_of(node, struct listener, link);

		if (l->id == id)
			return l;
	}
	return NULL;
}

/* An address that comes back while it retires is sent to all; only new workers lack it. */
static struct listener *take(const struct change_address *a)
{
	if (find(a->id) == NULL)
		return build(a);
	for (unsigned i = 0; i < a->count; i++)
		close(a->fds[i]);
	return NULL;
}

bool listeners_prepare(const struct change_op *op)
{
	struct pending *p;

	if (op->object != CHANGE_ADDRESS)
		return false;
	p = calloc(1, sizeof(*p));
	CHECK(p != NULL);
	p->op = *op;
	if (op->verb == CHANGE_PUT && op->address.count != 0)
		p->built = take(&op->address);
	list_append(&prepared, &p->link);
	return true;
}

static void belong(struct listener *l, uint32_t service)
{
	struct service *s = registry_service(service), *before = l->service;

	if (s == NULL || s == before)
		return;
	service_hold(s);
	l->service = s;
	if (before != NULL)
		service_release(before);
}

static void apply(struct pending *p)
{
	struct listener *l = p->built != NULL ? p->built : find(p->op.address.id);

	if (l == NULL)
		return;
	if (p->op.verb == CHANGE_DELETE) {
		drop(l);
		return;
	}
	if (p->built != NULL)
		list_append(&listeners, &l->link);
	p->built = NULL;
	belong(l, p->op.service.index);
}

static void forget(struct pending *p)
{
	list_unlink(&p->link);
	if (p->built != NULL)
		drop(p->built);
	free(p);
}

void listeners_commit(void)
{
	while (!list_empty(&prepared)) {
		struct pending *p = container_of(prepared.next, struct pending, link);

		apply(p);
		forget(p);
	}
	listeners_look();
}

void listeners_abort(void)
{
	while (!list_empty(&prepared))
		forget(container_of(prepared.next, struct pending, link));
}

static bool accepts(uint32_t worker, uint32_t me, uint64_t now)
{
	const struct slot *slot;

	if (worker == me)
		return paused == PAUSE_NONE;
	slot = scoreboard_worker(worker);
	return slot != NULL && slot->paused == PAUSE_NONE && slot->beat_ms + HUNG_MS > now;
}

/* The first of those in line for a slot that accepts; each worker comes to the same answer. */
static bool is_mine(uint32_t slot, uint32_t slots, uint32_t workers, uint32_t me)
{
	/* more workers than sockets: the later ones share with the earlier */
	if (workers == 0 || (me >= slots && me % slots == slot))
		return true;
	for (uint32_t step = 0; step < workers; step++) {
		uint32_t worker = (slot + step) % workers;

		if (accepts(worker, me, loop_now()))
			return worker == me;
	}
	return true;	/* nobody else does */
}

/* Which slots are this worker's now: asked once for all addresses, which all have as many. */
static void map_slots(void)
{
	uint32_t me = scoreboard_slot(scoreboard_own())->number;
	uint32_t workers = scoreboard_shared()->workers;
	uint32_t slots = scoreboard_shared()->listen_slots;

	for (uint32_t slot = 0; slot < slots && slot < SLOTS_MAX; slot++)
		mine[slot] = is_mine(slot, slots, workers, me);
}

static void look_at(struct listener *l, bool serving)
{
	for (unsigned i = 0; i < l->count; i++) {
		struct listening *socket = &l->sockets[i];
		bool wanted = serving && !socket->shut
			   && (l->shared || (i < SLOTS_MAX && mine[i]));

		event_want(&socket->event, wanted ? EVENT_READ : 0);
	}
}

void listening_shut(struct listening *socket)
{
	socket->shut = true;
	event_want(&socket->event, 0);
}

void listeners_look(void)
{
	bool serving = !stopped && paused == PAUSE_NONE;

	map_slots();
	for (struct list *node = listeners.next; node != &listeners; node = node->next)
		look_at(container_of(node, struct listener, link), serving);
}

void listeners_retire(uint32_t id)
{
	struct listener *l = find(id);

	if (l == NULL)
		return;
	for (unsigned i = 0; i < l->count; i++)
		accept_all(&l->sockets[i]);
}

void listeners_stop(void)
{
	stopped = true;
	timer_cancel(&pause_timer);
	listeners_look();
}

static void count_pause(void)
{
	static const enum counter by_cause[] = {
		[PAUSE_DESCRIPTORS] = COUNTER_ACCEPT_PAUSED_DESCRIPTORS_MS,
		[PAUSE_MEMORY] = COUNTER_ACCEPT_PAUSED_MEMORY_MS,
		[PAUSE_LIMIT] = COUNTER_ACCEPT_PAUSED_LIMIT_MS,
	};

	counter_add(by_cause[paused], loop_now() - paused_at);
}

void listeners_pause(enum pause_cause cause)
{
	static const char *const words[] = {
		[PAUSE_DESCRIPTORS] = "out of descriptors",
		[PAUSE_MEMORY] = "out of memory",
		[PAUSE_LIMIT] = "worker_sessions reached",
	};
	static const struct log_subject about = { .event = "accept_paused" };
	static struct log_limit limit;

	timer_set(&pause_timer, PAUSE_MS);
	if (paused != PAUSE_NONE || stopped)
		return;
	if (log_limited(&limit, 1))
		log_about(LEVEL_WARN, &about, "accepting paused: %s, %u sessions", words[cause],
			  (unsigned)scoreboard_slot(scoreboard_own())->sessions);
	paused = cause;
	paused_at = loop_now();
	scoreboard_slot(scoreboard_own())->paused = cause;
	listeners_look();
}

bool listeners_paused(void)
{
	return paused != PAUSE_NONE;
}

void listeners_resume(void)
{
	if (paused == PAUSE_NONE)
		return;
	count_pause();
	paused = PAUSE_NONE;
	scoreboard_slot(scoreboard_own())->paused = PAUSE_NONE;
	timer_cancel(&pause_timer);
	listeners_look();
}
