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
static const struct registry_watch *watcher;

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

static void remove_service(struct service *s)
{
	list_unlink(&s->link);
	by_index[s->handle.index] = NULL;
	s->removed = true;
	s->removed_at = loop_now();
	if (watcher != NULL && watcher->service_gone != NULL)
		watcher->service_gone(s);
	service_release(s);
}

void registry_close(void)
{
	registry_abort();
	watcher = NULL;
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
		s->is_new = true;
		by_index[op->service.index] = s;
		list_append(&services, &s->link);
	}
	service_set_conf(s, op->arena, op->conf.service);
	op->arena = NULL;
}

static void renumber(struct service *s)
{
	for (uint32_t i = 0; i < s->set.count; i++) {
		struct backend *b = s->set.list[i];

		places[b->handle.index] = (struct place){ b, i };
	}
}

static void take_out(struct service *s, uint32_t position)
{
	struct backend *b = s->set.list[position];

	for (uint32_t i = position; i + 1 < s->set.count; i++)
		s->set.list[i] = s->set.list[i + 1];
	s->set.count--;
	places[b->handle.index].backend = NULL;
	renumber(s);
}

static void retire_backend(struct service *s, struct backend *b)
{
	b->removed = true;
	b->removed_at = loop_now();
	if (watcher != NULL && watcher->backend_gone != NULL)
		watcher->backend_gone(s, b);
	backend_release(b);
}

static void insert(struct service *s, struct backend *b)
{
	uint32_t at = s->set.count;

	CHECK(service_set_resize(s, s->set.count + 1));
	while (at > 0 && s->set.list[at - 1]->conf->order > b->conf->order) {
		s->set.list[at] = s->set.list[at - 1];
		at--;
	}
	s->set.list[at] = b;
	s->set.count++;
	/* at the end, as in a whole list that comes in order, nobody else moves */
	if (at + 1 == s->set.count)
		places[b->handle.index] = (struct place){ b, at };
	else
		renumber(s);
}

static void put_backend(struct change_op *op)
{
	struct service *s = by_index[op->service.index];
	struct backend *old = places[op->backend.index].backend, *b;
	bool replaces = old != NULL && handle_equal(old->handle, op->backend);

	if (s == NULL)
		return;
	if (old != NULL) {
		uint32_t at = places[op->backend.index].position;

		take_out(s, at);
		/* same cell, new settings: sessions keep the old struct, nothing is removed */
		if (replaces)
			backend_release(old);
		else
			retire_backend(s, old);
	}
	b = backend_new(op->arena, op->conf.backend, op->backend);
	op->arena = NULL;
	insert(s, b);
	if (!replaces && watcher != NULL && watcher->backend_added != NULL)
		watcher->backend_added(s, b, !s->is_new);
}

static void delete_backend(const struct change_op *op)
{
	struct service *s = by_index[op->service.index];
	struct backend *b = places[op->backend.index].backend;

	/* a removed service keeps its set for those who still come in by its listeners */
	if (s == NULL || b == NULL || !handle_equal(b->handle, op->backend))
		return;
	take_out(s, places[op->backend.index].position);
	retire_backend(s, b);
}

static void delete_service(const struct change_op *op)
{
	struct service *s = by_index[op->service.index];

	if (s == NULL || !handle_equal(s->handle, op->service))
		return;
	for (uint32_t i = 0; i < s->set.count; i++)
		places[s->set.list[i]->handle.index].backend = NULL;
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
	registry_abort();	/* what was used has left its op */
	for (node = services.next; node != &services; node = node->next)
		container_of(node, struct service, link)->is_new = false;
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

void registry_watch(const struct registry_watch *watch)
{
	watcher = watch;
}
