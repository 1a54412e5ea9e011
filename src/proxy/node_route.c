/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/node_route.h"

#include <stdlib.h>
#include <string.h>

#include "config/config_uwsgi.h"
#include "config/object.h"
#include "core/log.h"
#include "proxy/backend.h"
#include "proxy/node_route_kind.h"

#define ROUTE_NONE (UINT16_MAX - 1)	/* of a backend: a route that is not there */

static void route_free(struct node_route *r)
{
	regex_close(&r->regex);
	object_release(r->object);
	free(r);
}

static struct node_route *route_new(struct object *object, struct handle handle)
{
	struct node_route *r = calloc(1, sizeof(*r));

	CHECK(r != NULL);
	r->object = object;
	r->conf = object->conf;
	r->handle = handle;
	r->kind = node_route_kind_of(r->conf);
	if (r->kind->open != NULL)
		r->kind->open(r->conf, &r->regex);
	return r;
}

static struct node_route **find(const struct node_route_set *set, struct handle handle)
{
	for (uint32_t i = 0; i < set->count; i++) {
		if (handle_equal(set->list[i]->handle, handle))
			return &set->list[i];
	}
	return NULL;
}

void node_route_set_put(struct node_route_set *set, struct object *object, struct handle handle)
{
	struct node_route *r = route_new(object, handle), **at = find(set, handle);

	if (at != NULL) {
		route_free(*at);
		*at = r;
		return;
	}
	if (set->count == set->room) {
		set->room += 8;
		set->list = realloc(set->list, set->room * sizeof(struct node_route *));
		CHECK(set->list != NULL);
	}
	set->list[set->count++] = r;
}

void node_route_set_remove(struct node_route_set *set, struct handle handle)
{
	struct node_route **at = find(set, handle);

	if (at == NULL)
		return;
	route_free(*at);
	*at = set->list[--set->count];
}

void node_route_set_close(struct node_route_set *set)
{
	for (uint32_t i = 0; i < set->count; i++)
		route_free(set->list[i]);
	free(set->list);
	*set = (struct node_route_set){ 0 };
}

static int by_order(const void *a, const void *b)
{
	const struct node_route *const *x = a, *const *y = b;

	return ((*x)->object->order > (*y)->object->order) -
	       ((*x)->object->order < (*y)->object->order);
}

static uint16_t place_of(const struct node_route_set *set, const char *name)
{
	for (uint16_t i = 0; i < set->count; i++) {
		const char *nodes = set->list[i]->conf->nodes;

		if (nodes != NULL && (name == NULL || strcmp(nodes, name) == 0))
			return i;
	}
	return ROUTE_NONE;
}

void node_route_set_number(struct node_route_set *set, struct backend_set *backends)
{
	if (set->count > 1)
		qsort(set->list, set->count, sizeof(struct node_route *), by_order);
	for (uint32_t i = 0; i < backends->count; i++) {
		struct backend *b = backends->list[i];

		b->route = set->count == 0 ? 0 : place_of(set, b->conf->route);
	}
}
