/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/registry.h"

#include <stdlib.h>

#include "core/arena.h"
#include "core/log.h"
#include "event/event.h"
#include "process/change.h"
#include "proxy/service.h"

struct place {
	struct backend *backend;
	uint32_t        position;	/* in its service's set */
	uint64_t        leaves_at;	/* loop clock: since it was removed or drains; else 0 */
};

struct pending {
	struct list      link;
	struct change_op op;
};

static struct service **by_index;
static struct place *places;		/* by backend index */
static uint32_t max_services, max_backends;
static struct list services;		/* struct service.link, file order */
static struct list prepared;
static struct arena *settings_arena;
static const struct settings *current;

bool registry_open(uint32_t services_max, uint32_t backends_max)
{
	list_init(&services);
	list_init(&prepared);
	max_services = services_max;
	max_backends = backends_max;
	by_index = calloc(services_max, sizeof(*by_index));
	places = calloc(backends_max, sizeof(*places));
	return by_index != NULL && places != NULL;
}

static int by_order(const void *a, const void *b)
{
	const struct backend *const *x = a, *const *y = b;
	uint32_t i = (*x)->conf->order, k = (*y)->conf->order;

	return i < k ? -1 : i > k;
}

/* Holes closed, in the order of the file, and everybody's place noted. */
static void tidy(struct service *s)
{
	uint32_t left = 0;

	for (uint32_t i = 0; i < s->set.count; i++) {
		if (s->set.list[i] != NULL)
			s->set.list[left++] = s->set.list[i];
	}
	s->set.count = left;
	if (left != 0)
		qsort(s->set.list, left, sizeof(*s->set.list), by_order);
	for (uint32_t i = 0; i < left; i++)
		places[s->set.list[i]->handle.index].position = i;
	s->untidy = false;
}

/* Its set stays as it is, for those who still come in by its listeners. */
static void remove_service(struct service *s)
{
	tidy(s);
	for (uint32_t i = 0; i < s->set.count; i++)
		places[s->set.list[i]->handle.index].backend = NULL;
	list_unlink(&s->link);
	by_index[s->handle.index] = NULL;
	s->removed = true;
	s->removed_at = loop_now();
	service_release(s);
}

void registry_close(void)
{
	registry_abort();
	while (!list_empty(&services))
		remove_service(container_of(services.next, struct service, link));
	free(by_index);
	free(places);
	by_index = NULL;
	places = NULL;
	arena_free(settings_arena);
	settings_arena = NULL;
	current = NULL;
}

bool registry_prepare(const struct change_op *op)
{
	struct pending *p;

	if (op->object == CHANGE_ADDRESS)
		return false;
	p = malloc(sizeof(*p));
	CHECK(p != NULL);
	p->op = *op;
	list_append(&prepared, &p->link);
	return true;
}

void registry_abort(void)
{
	while (!list_empty(&prepared)) {
		struct pending *p = container_of(prepared.next, struct pending, link);

		list_unlink(&p->link);
		arena_free(p->op.arena);
		free(p);
	}
}

static void put_service(struct change_op *op)
{
	struct service *s = by_index[op->service.index];

	if (s != NULL && !handle_equal(s->handle, op->service)) {
		remove_service(s);
		s = NULL;
	}
	if (s == NULL) {
		s = service_new(op->service, op->conf.service->name);
		by_index[op->service.index] = s;
		list_append(&services, &s->link);
	}
	service_set_conf(s, op->arena, op->conf.service);
	op->arena = NULL;
}

/* Or not any more; who leaves already does so since then. */
static void leave(struct place *place, bool leaves)
{
	if (!leaves)
		place->leaves_at = 0;
	else if (place->leaves_at == 0)
		place->leaves_at = loop_now();
}

/* At the end, whatever its order: tidy() sorts once all operations are done. */
static void append(struct service *s, struct backend *b)
{
	uint32_t at = s->set.count;

	CHECK(service_set_resize(s, at + 1));
	s->set.list[at] = b;
	s->set.count++;
	s->untidy = true;
	places[b->handle.index] = (struct place){ .backend = b, .position = at };
	leave(&places[b->handle.index], b->conf->state != STATE_READY);
}

/* Leaves a hole until tidy(). */
static void take_out(struct service *s, const struct place *place)
{
	s->set.list[place->position] = NULL;
	s->untidy = true;
}

static void replace(struct service *s, struct place *place, struct backend *b)
{
	struct backend *old = place->backend;

	s->set.list[place->position] = b;
	s->untidy |= b->conf->order != old->conf->order;
	place->backend = b;
	leave(place, b->conf->state != STATE_READY);
	/* same cell, new settings: sessions keep the old struct, nothing is removed */
	backend_release(old);
}

static void put_backend(struct change_op *op)
{
	struct service *s = by_index[op->service.index];
	struct place *place = &places[op->backend.index];
	struct backend *old = place->backend, *b;

	if (s == NULL)
		return;
	b = backend_new(op->arena, op->conf.backend, op->backend);
	op->arena = NULL;
	if (old != NULL && handle_equal(old->handle, op->backend)) {
		replace(s, place, b);
		return;
	}
	if (old != NULL) {
		take_out(s, place);
		backend_release(old);
	}
	append(s, b);
}

static void delete_backend(const struct change_op *op)
{
	struct service *s = by_index[op->service.index];
	struct place *place = &places[op->backend.index];
	struct backend *b = place->backend;

	/* a removed service keeps its set for those who still come in by its listeners */
	if (s == NULL || b == NULL || !handle_equal(b->handle, op->backend))
		return;
	take_out(s, place);
	place->backend = NULL;
	leave(place, true);
	backend_release(b);
}

static void tidy_all(void)
{
	for (struct list *node = services.next; node != &services; node = node->next) {
		struct service *s = container_of(node, struct service, link);

		if (s->untidy)
			tidy(s);
	}
}

static void delete_service(const struct change_op *op)
{
	struct service *s = by_index[op->service.index];

	if (s == NULL || !handle_equal(s->handle, op->service))
		return;
	remove_service(s);
}

static void apply(struct change_op *op)
{
	switch (op->object) {
	case CHANGE_SETTINGS:
		arena_free(settings_arena);
		settings_arena = op->arena;
		current = op->conf.settings;
		op->arena = NULL;
		break;
	case CHANGE_SERVICE:
		if (op->verb == CHANGE_PUT)
			put_service(op);
		else
			delete_service(op);
		break;
	case CHANGE_BACKEND:
		if (op->verb == CHANGE_PUT)
			put_backend(op);
		else
			delete_backend(op);
		break;
	case CHANGE_ADDRESS:
		break;
	}
}

/* Services first, so that a backend finds its own; those that go, last. */
void registry_commit(void)
{
	struct list *node;

	for (int round = 0; round < 2; round++) {
		for (node = prepared.next; node != &prepared; node = node->next) {
			struct pending *p = container_of(node, struct pending, link);
			bool last = p->op.object == CHANGE_SERVICE && p->op.verb == CHANGE_DELETE;

			if (last == (round == 1))
				apply(&p->op);
		}
	}
	tidy_all();
	registry_abort();	/* what was used has left its op */
}

const struct settings *registry_settings(void)
{
	return current;
}

struct service *registry_service(uint32_t index)
{
	return index < max_services ? by_index[index] : NULL;
}

struct service *registry_find(const char *name)
{
	for (struct list *node = services.next; node != &services; node = node->next) {
		struct service *s = container_of(node, struct service, link);

		if (slice_is(slice_of(name), s->name))
			return s;
	}
	return NULL;
}

const struct list *registry_services(void)
{
	return &services;
}

struct backend *registry_backend(uint32_t index, uint32_t *position)
{
	if (index >= max_backends || places[index].backend == NULL)
		return NULL;
	if (position != NULL)
		*position = places[index].position;
	return places[index].backend;
}

/* By cell, for a session may hold what the backend was before it was changed. */
uint64_t registry_leaves_at(const struct backend *b)
{
	return places[b->handle.index].leaves_at;
}
