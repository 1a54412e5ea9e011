/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/service_walk.h"

#include <stdlib.h>
#include <string.h>

#include "admin/name_list.h"
#include "core/list.h"
#include "proxy/groups.h"
#include "proxy/registry.h"
#include "proxy/service.h"

static void add(struct text *list, struct handle handle)
{
	text_append(list, &handle, sizeof(handle));
}

/* false: the list ends before `at`. */
static bool get(const struct text *list, size_t at, struct handle *handle)
{
	if (at >= list->len / sizeof(*handle))
		return false;
	memcpy(handle, list->data + at * sizeof(*handle), sizeof(*handle));
	return true;
}

static struct service_walk empty(void)
{
	return (struct service_walk){ .present = { HANDLE_NONE, 0 } };
}

void service_walk_begin(struct service_walk *w, const struct name_list *names)
{
	const struct list *all = registry_services();

	*w = empty();
	for (const struct list *node = all->next; node != all; node = node->next) {
		const struct service *s = container_of(node, const struct service, link);

		if (names == NULL || name_list_has(names, s->name))
			add(&w->services, s->handle);
	}
}

void service_walk_one(struct service_walk *w, const struct service *s)
{
	*w = empty();
	add(&w->services, s->handle);
}

static int by_name(const void *left, const void *right)
{
	const struct handle *a = left, *b = right;

	return strcmp(registry_service(a->index)->name, registry_service(b->index)->name);
}

void service_walk_sort(struct service_walk *w)
{
	if (w->services.len != 0)
		qsort(w->services.data, w->services.len / sizeof(struct handle),
		      sizeof(struct handle), by_name);
}

void service_walk_end(struct service_walk *w)
{
	text_close(&w->services);
	text_close(&w->backends);
}

static const struct service *find(struct handle handle)
{
	const struct service *s = handle.index != HANDLE_NONE ? registry_service(handle.index)
							      : NULL;

	return s != NULL && handle_equal(s->handle, handle) ? s : NULL;
}

static void enter(struct service_walk *w, const struct service *s)
{
	w->present = s->handle;
	w->backend = 0;
	w->groups_from = s->set.count;
	text_clear(&w->backends);
	for (uint32_t i = 0; i < s->set.count; i++)
		add(&w->backends, s->set.list[i]->handle);
	for (uint32_t i = 0; i < s->groups.count; i++)
		add(&w->backends, s->groups.list[i]->handle);
}

const struct service *service_walk_next(struct service_walk *w)
{
	struct handle handle;

	while (get(&w->services, w->service, &handle)) {
		const struct service *s = find(handle);

		w->service++;
		if (s == NULL)
			continue;
		enter(w, s);
		return s;
	}
	return NULL;
}

const struct service *service_walk_present(const struct service_walk *w)
{
	return find(w->present);
}

/* It nearly always is where it was. */
static const struct backend *find_in(const struct backend_set *set, struct handle handle,
				     uint32_t was, uint32_t *position)
{
	*position = was;
	if (was < set->count && handle_equal(set->list[was]->handle, handle))
		return set->list[was];
	for (uint32_t i = 0; i < set->count; i++) {
		*position = i;
		if (handle_equal(set->list[i]->handle, handle))
			return set->list[i];
	}
	return NULL;
}

bool service_walk_backend(struct service_walk *w, struct service_walk_place *place)
{
	const struct service *s = service_walk_present(w);
	struct handle handle;

	while (s != NULL && get(&w->backends, w->backend, &handle)) {
		size_t at = w->backend++;
		bool group = at >= w->groups_from;

		*place = (struct service_walk_place){ .service = s, .is_group = group };
		place->backend = find_in(group ? &s->groups : &s->set, handle,
					 (uint32_t)(group ? at - w->groups_from : at),
					 &place->position);
		if (place->backend != NULL &&
		    (!group || !groups_resolved(s, place->backend)))
			return true;
	}
	return false;
}
