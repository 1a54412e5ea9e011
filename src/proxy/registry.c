/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/registry.h"

#include <stdlib.h>

#include "config/config_members.h"
#include "config/config_types.h"
#include "core/log.h"
#include "core/map.h"
#include "event/event.h"
#include "process/kept_changes.h"
#include "proxy/balance_tiers.h"
#include "proxy/scripts.h"
#include "proxy/service.h"
#include "proxy/pool_source.h"
#include "proxy/subscribed.h"

#define NO_OWN UINT64_MAX

struct registry_entry {	/* the backend that is at a cell now */
	struct backend *backend;
	uint32_t        position;	/* in its service's set, or among its groups */
	uint32_t        turn;		/* the same, counted from the first one of its tier */
	uint64_t        leaves_at;	/* loop clock: since it was removed or drains; else 0 */
	uint64_t        drain_ms;	/* its own drain_timeout; NO_OWN: that of its service */
};

static struct service **by_index;
static struct registry_entry *entries;	/* by backend index */
static uint32_t max_services, max_backends;
static struct list services;		/* struct service.link, file order */
static struct list prepared;
static struct list unsorted;		/* struct service.unsorted, during a commit */
static struct object *settings;
static struct map by_name;		/* services in use */

bool registry_open(uint32_t services_max, uint32_t backends_max)
{
	list_init(&services);
	list_init(&prepared);
	list_init(&unsorted);
	max_services = services_max;
	max_backends = backends_max;
	by_index = calloc(services_max, sizeof(*by_index));
	entries = calloc(backends_max, sizeof(*entries));
	return by_index != NULL && entries != NULL;
}

/* Members of a name have its place in the file: they are in the order of their addresses. */
static int by_order(const void *a, const void *b)
{
	const struct backend *const *x = a, *const *y = b;
	uint32_t i = (*x)->object->order, k = (*y)->object->order;

	if ((*x)->conf->tier != (*y)->conf->tier)
		return (*x)->conf->tier < (*y)->conf->tier ? -1 : 1;
	if (i != k)
		return i < k ? -1 : 1;
	return addr_compare(&(*x)->conf->addr, &(*y)->conf->addr);
}

/* Closes the holes, sorts, and notes each position. */
static void sort_backends(struct backend_set *set)
{
	uint32_t left = 0, first = 0;

	for (uint32_t i = 0; i < set->count; i++) {
		if (set->list[i] != NULL)
			set->list[left++] = set->list[i];
	}
	set->count = left;
	if (left != 0)
		qsort(set->list, left, sizeof(*set->list), by_order);
	for (uint32_t i = 0; i < left; i++) {
		struct registry_entry *entry = &entries[set->list[i]->handle.index];

		if (set->list[i]->conf->tier != set->list[first]->conf->tier)
			first = i;
		entry->position = i;
		entry->turn = i - first;
	}
}

static void sort_set(struct service *s)
{
	sort_backends(&s->set);
	backend_set_show(&s->set);
	if (s->groups.count != 0)
		sort_backends(&s->groups);
	list_unlink(&s->unsorted);
	node_route_set_number(&s->routes, &s->set);
	balance_tiers_use(s);
}

static void note_unsorted(struct service *s)
{
	list_unlink(&s->unsorted);
	list_append(&unsorted, &s->unsorted);
}

static struct backend_set *set_of(struct service *s, const struct backend *b)
{
	return config_members_is_group(b->conf) ? &s->groups : &s->set;
}

/* The service keeps its set: clients come in until its listeners are closed. */
static void remove_service(struct service *s)
{
	sort_set(s);
	for (uint32_t i = 0; i < s->set.count; i++)
		entries[s->set.list[i]->handle.index].backend = NULL;
	for (uint32_t i = 0; i < s->groups.count; i++)
		entries[s->groups.list[i]->handle.index].backend = NULL;
	list_unlink(&s->link);
	if (registry_find(s->name) == s)
		(void)map_remove(&by_name, slice_of(s->name));
	by_index[s->handle.index] = NULL;
	s->removed = true;
	s->removed_at = loop_now();
	service_release(s);
}

void registry_close(void)
{
	registry_abort();
	pool_source_close();
	scripts_close();
	while (!list_empty(&services))
		remove_service(container_of(services.next, struct service, link));
	free(by_index);
	free(entries);
	by_index = NULL, entries = NULL;
	object_release(settings);
	settings = NULL;
}

bool registry_prepare(const struct change_op *op)
{
	if (pool_source_prepare(op))
		return true;
	if (op->kind != &config_settings_kind && op->kind != &config_service_kind &&
	    op->kind != &config_backend_kind && op->kind != &config_route_kind)
		return false;
	kept_changes_add(&prepared, op);
	return true;
}

void registry_abort(void)
{
	pool_source_abort();
	kept_changes_drop(&prepared);
}

static void put_service(struct change_op *op)
{
	struct service *s = by_index[op->handle.index];

	if (s != NULL && !handle_equal(s->handle, op->handle)) {
		remove_service(s);
		s = NULL;
	}
	if (s == NULL) {
		s = service_new(op->handle, op->object->name);
		by_index[op->handle.index] = s;
		map_set(&by_name, slice_of(s->name), s);
		list_append(&services, &s->link);
	}
	service_set_object(s, op->object);
	balance_tiers_use(s);
	op->object = NULL;
}

/* Whether the backend is removed or drains; the first moment of that is kept. */
static void leave(struct registry_entry *entry, bool leaves)
{
	if (!leaves)
		entry->leaves_at = 0;
	else if (entry->leaves_at == 0)
		entry->leaves_at = loop_now();
}

static uint64_t own_drain_timeout(const struct backend_conf *conf)
{
	static const struct directive *row;

	if (row == NULL)
		row = conf_find(&config_backend_section, "drain_timeout");
	return conf_given(conf, &config_backend_section, row) ? conf->drain_timeout_ms : NO_OWN;
}

/* At the end, whatever its order: sort_all() sorts when all operations are applied. */
static void append(struct service *s, struct backend *b)
{
	struct backend_set *set = set_of(s, b);
	uint32_t at = set->count;

	CHECK(backend_set_resize(set, at + 1));
	set->list[at] = b;
	set->count++;
	note_unsorted(s);
	entries[b->handle.index] = (struct registry_entry){
		.backend = b, .position = at, .drain_ms = own_drain_timeout(b->conf),
	};
	leave(&entries[b->handle.index], b->conf->state != STATE_READY);
}

/* Leaves a hole until sort_all(). */
static void take_out(struct service *s, const struct registry_entry *entry)
{
	set_of(s, entry->backend)->list[entry->position] = NULL;
	note_unsorted(s);
}

static void replace(struct service *s, struct registry_entry *entry, struct backend *b)
{
	struct backend *old = entry->backend;

	set_of(s, b)->list[entry->position] = b;
	if (b->object->order != old->object->order || b->conf->tier != old->conf->tier ||
	    b->given != NULL)
		note_unsorted(s);
	entry->backend = b;
	entry->drain_ms = own_drain_timeout(b->conf);
	leave(entry, b->conf->state != STATE_READY);
	/* same cell, new settings: sessions keep the old struct, nothing is removed */
	backend_release(old);
}

static void put_backend(struct change_op *op)
{
	struct service *s = by_index[op->parent.index];
	struct registry_entry *entry = &entries[op->handle.index];
	struct backend *old = entry->backend, *b;

	if (s == NULL)
		return;
	b = backend_new(op->object, op->handle);
	op->object = NULL;
	if (old != NULL && handle_equal(old->handle, op->handle) &&
	    set_of(s, old) == set_of(s, b)) {
		replace(s, entry, b);
		return;
	}
	if (old != NULL) {
		take_out(s, entry);
		backend_release(old);
	}
	append(s, b);
}

static void delete_backend(const struct change_op *op)
{
	struct service *s = by_index[op->parent.index];
	struct registry_entry *entry = &entries[op->handle.index];
	struct backend *b = entry->backend;

	/* a removed service keeps its set for those who still come in by its listeners */
	if (s == NULL || b == NULL || !handle_equal(b->handle, op->handle))
		return;
	take_out(s, entry);
	entry->backend = NULL;
	leave(entry, true);
	backend_release(b);
}

static void change_route(struct change_op *op)
{
	struct service *s = by_index[op->parent.index];

	if (s == NULL)
		return;
	if (op->verb == CHANGE_PUT)
		node_route_set_put(&s->routes, op->object, op->handle);
	else
		node_route_set_remove(&s->routes, op->handle);
	if (op->verb == CHANGE_PUT)
		op->object = NULL;
	note_unsorted(s);
}

static void sort_all(void)
{
	while (!list_empty(&unsorted))
		sort_set(container_of(unsorted.next, struct service, unsorted));
}

static void delete_service(const struct change_op *op)
{
	struct service *s = by_index[op->handle.index];

	if (s == NULL || !handle_equal(s->handle, op->handle))
		return;
	remove_service(s);
}

static void put_settings(struct change_op *op)
{
	object_release(settings);
	settings = op->object;
	op->object = NULL;
}

static void apply(struct change_op *op)
{
	bool puts = op->verb == CHANGE_PUT;

	if (op->kind == &config_settings_kind)
		put_settings(op);
	else if (op->kind == &config_route_kind)
		change_route(op);
	else if (op->kind == &config_service_kind)
		puts ? put_service(op) : delete_service(op);
	else
		puts ? put_backend(op) : delete_backend(op);
}

/* Services first, so that a backend finds its service; services that are removed, last. */
void registry_commit(void)
{
	struct list *node;

	pool_source_commit();
	subscribed_update();
	for (int round = 0; round < 2; round++) {
		for (node = prepared.next; node != &prepared; node = node->next) {
			struct kept_change *p = container_of(node, struct kept_change, link);
			bool last = p->op.kind == &config_service_kind &&
				p->op.verb == CHANGE_DELETE;

			if (last == (round == 1))
				apply(&p->op);
		}
	}
	sort_all();
	registry_abort();	/* frees the list; objects that are in use have left it */
}

const struct settings *registry_settings(void)
{
	return settings->conf;
}

struct service *registry_service(uint32_t index)
{
	return index < max_services ? by_index[index] : NULL;
}

struct service *registry_find(const char *name)
{
	return map_get(&by_name, slice_of(name));
}

const struct list *registry_services(void)
{
	return &services;
}

struct backend *registry_backend(uint32_t index, uint32_t *position)
{
	if (index >= max_backends || entries[index].backend == NULL)
		return NULL;
	if (position != NULL)
		*position = entries[index].turn;
	return config_members_is_group(entries[index].backend->conf) ? NULL
								     : entries[index].backend;
}

struct backend *registry_group(uint32_t index)
{
	const struct backend *b = index < max_backends ? entries[index].backend : NULL;

	return b != NULL && config_members_is_group(b->conf) ? entries[index].backend : NULL;
}

/* By cell: a session may hold the struct that the backend was before a change. */
uint64_t registry_leaves_at(const struct backend *b)
{
	return entries[b->handle.index].leaves_at;
}

uint64_t registry_drain_timeout(const struct backend *b, const struct service *s)
{
	uint64_t own = entries[b->handle.index].drain_ms;

	return own != NO_OWN ? own : s->conf->drain_timeout_ms;
}
