/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/listeners.h"

#include <stdlib.h>

#include "config/config.h"
#include "config/config_types.h"
#include "core/log.h"
#include "core/map.h"
#include "core/scoreboard.h"
#include "process/change.h"
#include "proxy/accept_pause.h"
#include "proxy/accept_turn.h"
#include "proxy/accept_wait.h"
#include "proxy/listener.h"
#include "proxy/registry.h"

#define NOBODY UINT32_MAX

struct listener_change {
	struct list      link;
	struct change_op op;
	struct listener *built;	/* for a PUT with sockets: a new address, or what one gets more */
	unsigned         first;	/* which socket of the group the first of them is */
};

static struct list listeners, prepared;
static struct map by_id;	/* those in `listeners` */
static bool *watched;		/* this worker accepts from the i-th socket of each group */
static uint32_t largest;	/* sockets of the largest group */
static uint32_t *owners;	/* by number of a worker: which worker accepts from its sockets */

void listeners_open(void)
{
	list_init(&listeners);
	list_init(&prepared);
	owners = calloc(scoreboard_sizes()->slots, sizeof(*owners));
	CHECK(owners != NULL);
	accept_pause_open(listeners_update);
}

struct configured {
	kind_listen *listen;
	void        *arg;
};

static void on_object(struct object *object, struct object *parent, const char *path, void *arg)
{
	const struct configured *to = arg;

	(void)path;
	if (object->kind != &config_listener_kind)
		return;
	to->listen(&(struct kind_listener){
			   .conf = object->conf,
			   .owner = parent,
			   .listener = object,
			   .nodelay = ((const struct service_conf *)parent->conf)->nodelay,
		   },
		   to->arg);
}

void listeners_configured(const struct config *config, kind_listen *listen, void *arg)
{
	struct configured to = { listen, arg };

	config_each(config, "", on_object, &to);
}

static struct listener *find(uint32_t id)
{
	return map_get(&by_id, map_number(&id));
}

static void drop(struct listener *l)
{
	listener_close(l);
	list_unlink(&l->link);
	if (find(l->id) == l)
		(void)map_remove(&by_id, map_number(&l->id));
	listener_release(l);
}

bool listeners_prepare(const struct change_op *op)
{
	static const struct listener_handlers handlers = { accept_wait_clients, accept_turn_over,
							    accept_wait_over };
	struct listener_change *p;

	if (op->kind != NULL)
		return false;
	p = calloc(1, sizeof(*p));
	CHECK(p != NULL);
	p->op = *op;
	if (op->address.count != 0) {
		p->built = listener_new(&op->address, &handlers);
		p->first = op->address.first;
	}
	list_append(&prepared, &p->link);
	return true;
}

static void apply(struct listener_change *p)
{
	struct listener *l = find(p->op.address.id);
	struct service *service = registry_service(p->op.parent.index);

	if (p->op.address.kind != kind_at(scoreboard_occupant(scoreboard_own())->kind)) {
		if (l != NULL)	/* processes of another kind accept from it now */
			drop(l);
		return;
	}
	if (l != NULL && p->built != NULL)
		listener_join(l, p->built, p->first);
	if (l == NULL && p->built != NULL) {
		l = p->built;
		p->built = NULL;
		list_append(&listeners, &l->link);
		map_set(&by_id, map_number(&l->id), l);
	}
	if (l != NULL && service != NULL)
		listener_set_service(l, service);
}

static void forget(struct listener_change *p)
{
	list_unlink(&p->link);
	if (p->built != NULL)
		drop(p->built);
	free(p);
}

static void make_room(void)
{
	uint32_t most = largest;

	for (struct list *node = listeners.next; node != &listeners; node = node->next) {
		const struct listener *l = container_of(node, struct listener, link);

		if (l->count > most)
			most = l->count;
	}
	if (most == largest)
		return;
	watched = realloc(watched, most * sizeof(*watched));
	CHECK(watched != NULL);
	largest = most;
}

/* A thousand changes of backends a second have no time for every listener. */
void listeners_commit(void)
{
	if (list_empty(&prepared))
		return;
	while (!list_empty(&prepared)) {
		struct listener_change *p;

		p = container_of(prepared.next, struct listener_change, link);
		apply(p);
		forget(p);
	}
	make_room();
	listeners_update();
}

void listeners_abort(void)
{
	while (!list_empty(&prepared))
		forget(container_of(prepared.next, struct listener_change, link));
}

/* owners[n] is n for each worker n that accepts; which one, only the scoreboard knows. */
static void mark_accepting(uint32_t workers, uint32_t me)
{
	for (uint32_t n = 0; n < workers; n++)
		owners[n] = NOBODY;
	for (uint32_t i = 0; i < scoreboard_sizes()->slots; i++) {
		const struct slot *slot = scoreboard_slot(i);
		uint32_t n = slot->number;

		if (n < workers && accept_turn_takes(slot))
			owners[n] = n;
	}
	/* the slot says so too, but it may have been overwritten by another process */
	scoreboard_slot(scoreboard_own())->paused = accept_pause_cause();
	if (me < workers)
		owners[me] = accept_pause_cause() == PAUSE_NONE ? me : NOBODY;
}

/*
 * The i-th sockets belong to worker i modulo the number of workers or, where that one does not
 * accept, to the next one that does: each worker comes to the same answer by itself. Workers may
 * differ for a moment: then a socket is watched by two, or by none until the next update, 250 ms
 * later at most.
 */
static void choose_sockets(void)
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
	for (uint32_t i = 0; i < largest; i++) {
		owner = workers != 0 ? owners[i % workers] : NOBODY;
		watched[i] = owner == me || owner == NOBODY;	/* nobody else does */
	}
}

static void watch(struct listener *l)
{
	bool accepts = accept_pause_accepts();

	for (unsigned i = 0; i < l->count; i++)
		listener_watch(l->sockets[i], accepts && (l->shared || watched[i]));
}

void listeners_update(void)
{
	choose_sockets();
	for (struct list *node = listeners.next; node != &listeners; node = node->next)
		watch(container_of(node, struct listener, link));
}

void listeners_begin(uint32_t worker_sessions)
{
	accept_pause_set_limits(worker_sessions);
}

void listeners_stop(void)
{
	accept_pause_stop();
}

void listeners_accept_waiting(uint32_t id)
{
	struct listener *l = find(id);

	if (l != NULL)
		accept_wait_end(l);
}

void listeners_close(uint32_t id)
{
	struct listener *l = find(id);

	if (l != NULL)
		drop(l);
}
