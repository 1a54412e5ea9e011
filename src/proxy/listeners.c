/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/listeners.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/log.h"
#include "core/scoreboard.h"
#include "process/change.h"
#include "proxy/accept.h"
#include "proxy/accept_turn.h"
#include "proxy/registry.h"
#include "proxy/service.h"

#define HUNG_MS 1000
#define PAUSE_MS 100
#define NOBODY UINT32_MAX

struct pending {
	struct list      link;
	struct change_op op;
	struct listener *built;	/* for a PUT with sockets: a new address, or what one gets more */
	unsigned         first;	/* place of the first of them in the group */
};

static struct list listeners, prepared;
static bool *mine;		/* slots to accept from: places of the largest group */
static uint32_t slots;		/* that it has */
static uint32_t *owners;	/* by worker: who accepts from the slots of that number */
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
	owners = calloc(scoreboard_sizes()->slots, sizeof(*owners));
	CHECK(owners != NULL);
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

	for (unsigned i = 0; i < l->count; i++)
		free(l->sockets[i]);
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

static struct listening *listening_new(struct listener *l, int fd)
{
	struct listening *socket = calloc(1, sizeof(*socket));

	CHECK(socket != NULL);
	socket->listener = l;
	socket->batch = 1;
	event_setup(&socket->event, fd, accept_from);
	event_set_shared(&socket->event, l->shared);
	timer_setup(&socket->aside, accept_turn_back);
	return socket;
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
	for (unsigned i = 0; i < a->count; i++)
		l->sockets[i] = listening_new(l, a->fds[i]);
	return l;
}

static void close_sockets(struct listener *l)
{
	for (unsigned i = 0; i < l->count; i++) {
		timer_cancel(&l->sockets[i]->aside);
		event_close(&l->sockets[i]->event);
	}
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

bool listeners_prepare(const struct change_op *op)
{
	struct pending *p;

	if (op->object != CHANGE_ADDRESS)
		return false;
	p = calloc(1, sizeof(*p));
	CHECK(p != NULL);
	p->op = *op;
	if (op->verb == CHANGE_PUT && op->address.count != 0) {
		p->built = build(&op->address);
		p->first = op->address.first;
	}
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

/*
 * The sockets of `more` that `l` does not have: an address that comes back while it retires is
 * sent to all workers, and only new ones lack it. The rest stays with `more`.
 */
static void join(struct listener *l, struct listener *more, unsigned first)
{
	unsigned had = l->count > first ? l->count - first : 0;
	unsigned added = more->count > had ? more->count - had : 0;

	if (added == 0)
		return;
	l->sockets = realloc(l->sockets, (l->count + added) * sizeof(*l->sockets));
	CHECK(l->sockets != NULL);
	for (unsigned i = had; i < more->count; i++) {
		more->sockets[i]->listener = l;
		l->sockets[l->count++] = more->sockets[i];
	}
	more->count = had;
}

static void apply(struct pending *p)
{
	struct listener *l = find(p->op.address.id);

	if (p->op.verb == CHANGE_DELETE) {
		if (l != NULL)
			drop(l);
		return;
	}
	if (l != NULL && p->built != NULL)
		join(l, p->built, p->first);
	if (l == NULL && p->built != NULL) {
		l = p->built;
		p->built = NULL;
		list_append(&listeners, &l->link);
	}
	if (l != NULL)
		belong(l, p->op.service.index);
}

static void forget(struct pending *p)
{
	list_unlink(&p->link);
	if (p->built != NULL)
		drop(p->built);
	free(p);
}

static void make_room(void)
{
	uint32_t most = slots;

	for (struct list *node = listeners.next; node != &listeners; node = node->next) {
		const struct listener *l = container_of(node, struct listener, link);

		if (l->count > most)
			most = l->count;
	}
	if (most == slots)
		return;
	mine = realloc(mine, most * sizeof(*mine));
	CHECK(mine != NULL);
	slots = most;
}

void listeners_commit(void)
{
	while (!list_empty(&prepared)) {
		struct pending *p = container_of(prepared.next, struct pending, link);

		apply(p);
		forget(p);
	}
	make_room();
	listeners_look();
}

void listeners_abort(void)
{
	while (!list_empty(&prepared))
		forget(container_of(prepared.next, struct pending, link));
}

bool listeners_accepting(const struct slot *slot)
{
	return slot->kind == SLOT_WORKER && slot->state == SLOT_SERVING &&
	       slot->paused == PAUSE_NONE && slot->beat_ms + HUNG_MS > loop_now();
}

/* owners[n] is n for each worker n that accepts; which one, only the scoreboard knows. */
static void mark_accepting(uint32_t workers, uint32_t me)
{
	for (uint32_t n = 0; n < workers; n++)
		owners[n] = NOBODY;
	for (uint32_t i = 0; i < scoreboard_sizes()->slots; i++) {
		const struct slot *slot = scoreboard_slot(i);
		uint32_t n = slot->number;

		if (n < workers && listeners_accepting(slot))
			owners[n] = n;
	}
	scoreboard_slot(scoreboard_own())->paused = paused;
	if (me < workers)
		owners[me] = paused == PAUSE_NONE ? me : NOBODY;
}

/*
 * A slot belongs to the first worker that accepts, from the slot's number on and then from 0:
 * each worker comes to the same answer. One walk for all slots, and once for all addresses.
 */
static void map_slots(void)
{
	uint32_t me = scoreboard_slot(scoreboard_own())->number, owner = NOBODY;
	uint32_t workers = scoreboard_shared()->workers;

	if (workers > scoreboard_sizes()->slots)
		workers = scoreboard_sizes()->slots;
	mark_accepting(workers, me);
	for (uint32_t n = workers; n-- > 0;)
		owner = owners[n] != NOBODY ? n : owner;	/* at the end: the first of all */
	for (uint32_t n = workers; n-- > 0;)
		owner = owners[n] = owners[n] != NOBODY ? n : owner;
	for (uint32_t slot = 0; slot < slots; slot++) {
		owner = workers != 0 ? owners[slot % workers] : NOBODY;
		mine[slot] = owner == me || owner == NOBODY;	/* nobody else does */
	}
}

static void watch(struct listening *socket, bool wanted)
{
	bool serving = !stopped && paused == PAUSE_NONE && !socket->shut;

	event_want(&socket->event, wanted && serving && !timer_pending(&socket->aside)
					   ? EVENT_READ : 0);
}

void listening_watch(struct listening *socket)
{
	watch(socket, true);
}

static void look_at(struct listener *l)
{
	for (unsigned i = 0; i < l->count; i++)
		watch(l->sockets[i], l->shared || mine[i]);
}

void listening_shut(struct listening *socket)
{
	socket->shut = true;
	event_want(&socket->event, 0);
}

void listeners_look(void)
{
	map_slots();
	for (struct list *node = listeners.next; node != &listeners; node = node->next)
		look_at(container_of(node, struct listener, link));
}

void listeners_retire(uint32_t id)
{
	struct listener *l = find(id);

	if (l == NULL)
		return;
	for (unsigned i = 0; i < l->count; i++)
		accept_all(l->sockets[i]);
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
