/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/cells.h"

#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/clock.h"
#include "core/config.h"
#include "core/scoreboard.h"

static const struct handle none = { .index = HANDLE_NONE };

static int by_name(const void *a, const void *b)
{
	const struct cell_index *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static const struct cell_index *lookup(const struct cell_index *sorted, size_t count,
				       const char *name)
{
	struct cell_index key = { .name = name };

	return count != 0 ? bsearch(&key, sorted, count, sizeof(key), by_name) : NULL;
}

static struct handle find(const struct cell_index *sorted, size_t count, const char *name)
{
	const struct cell_index *found = lookup(sorted, count, name);

	return found != NULL ? found->handle : none;
}

/* Place of a service in the configuration; cells->config->count when it is not there. */
static size_t place_of(const struct cells *cells, struct handle service)
{
	size_t i = 0;

	while (i < cells->config->count && !handle_equal(cells->services[i], service))
		i++;
	return i;
}

struct handle cells_service(const struct cells *cells, const char *service)
{
	return find(cells->service_names, cells->config->count, service);
}

struct handle cells_backend(const struct cells *cells, const char *service, const char *backend)
{
	struct handle handle = cells_service(cells, service);
	size_t i;

	if (handle.index == HANDLE_NONE)
		return none;
	i = place_of(cells, handle);
	return find(cells->backend_names[i], cells->config->services[i].count, backend);
}

static struct handle keep_service(const struct cells *before, const char *name)
{
	struct handle handle = before != NULL ? cells_service(before, name) : none;

	return handle.index != HANDLE_NONE ? handle : service_cell_take();
}

static enum health first_health(const struct check_conf *check, bool running_service)
{
	if (check->type == CHECK_NONE)
		return HEALTH_UP;
	if (check->initial == INITIAL_DOWN)
		return HEALTH_DOWN;
	if (check->initial == INITIAL_CHECK || (check->initial == INITIAL_AUTO && running_service))
		return HEALTH_CHECKING;
	return HEALTH_UP;
}

static void begin(struct backend_cell *cell, enum health health)
{
	atomic_store(&cell->health, health);
	atomic_store(&cell->failed_ms, health != HEALTH_UP ? clock_ms() : 0);
	atomic_store(&cell->since_ms, clock_wall_ms());
}

/* How it begins is decided before anybody can see it: `initial` of its check. */
static struct handle take_backend(const struct check_conf *check, bool running_service)
{
	struct handle handle = backend_cell_take();
	enum health health = first_health(check, running_service);

	if (handle.index != HANDLE_NONE && health != HEALTH_UP)
		begin(backend_cell(handle.index), health);
	return handle;
}

static bool fill_backends(struct cells *cells, const struct cells *before, size_t i)
{
	const struct service_entry *entry = &cells->config->services[i];
	struct arena *arena = cells->config->arena;
	struct cell_index *names = arena_alloc(arena, (entry->count + 1) * sizeof(*names));
	const struct cell_index *old = NULL;
	size_t old_count = 0, n;

	if (before != NULL) {
		size_t place = place_of(before, cells_service(before, entry->conf.name));

		if (place < before->config->count) {
			old = before->backend_names[place];
			old_count = before->config->services[place].count;
		}
	}
	cells->backend_names[i] = names;
	cells->backends[i] = arena_alloc(arena, (entry->count + 1) * sizeof(struct handle));
	for (n = 0; n < entry->count; n++) {
		struct handle handle = find(old, old_count, entry->backends[n].name);

		if (handle.index == HANDLE_NONE)
			handle = take_backend(&entry->conf.check, old != NULL);
		cells->backends[i][n] = handle;
		names[n] = (struct cell_index){ entry->backends[n].name, handle,
						&entry->backends[n].addr };
		if (handle.index == HANDLE_NONE)
			break;
	}
	if (n < entry->count)
		return false;
	qsort(names, entry->count, sizeof(*names), by_name);
	return true;
}

static void forget_moved(const struct cells *cells, size_t i, const struct cells *before,
			 size_t place)
{
	const struct service_entry *entry = &cells->config->services[i];
	size_t old_count = before->config->services[place].count;

	for (size_t n = 0; n < entry->count; n++) {
		const struct backend_conf *b = &entry->backends[n];
		const struct cell_index *old = lookup(before->backend_names[place], old_count,
						      b->name);
		struct backend_cell *cell;

		if (old == NULL || addr_equal(old->addr, &b->addr))
			continue;
		cell = backend_cell(cells->backends[i][n].index);
		atomic_store(&cell->failures, 0);
		begin(cell, first_health(&entry->conf.check, true));
	}
}

void cells_forget_moved(const struct cells *cells, const struct cells *before)
{
	for (size_t i = 0; i < cells->config->count; i++) {
		size_t place = place_of(before, cells->services[i]);

		if (place < before->config->count)
			forget_moved(cells, i, before, place);
	}
}

/* Out of cells in the middle: what has none yet says so, for cells_undo(). */
static void clear(struct cells *cells)
{
	for (size_t i = 0; i < cells->config->count; i++) {
		const struct service_entry *entry = &cells->config->services[i];

		cells->services[i] = none;
		cells->backends[i] = NULL;
		cells->service_names[i].name = entry->conf.name;
		cells->service_names[i].handle = none;
	}
}

static void undo_backends(const struct cells *cells, const struct cells *before, size_t i)
{
	const struct service_entry *entry = &cells->config->services[i];

	for (size_t n = 0; cells->backends[i] != NULL && n < entry->count; n++) {
		struct handle handle = cells->backends[i][n], old = none;

		if (handle.index == HANDLE_NONE || handle.generation == 0)
			break;
		if (before != NULL)
			old = cells_backend(before, entry->conf.name, entry->backends[n].name);
		if (!handle_equal(old, handle))
			backend_cell_give(handle);
	}
}

void cells_undo(const struct cells *cells, const struct cells *before)
{
	for (size_t i = 0; i < cells->config->count; i++) {
		struct handle handle = cells->services[i], old = none;

		if (handle.index == HANDLE_NONE)
			continue;
		undo_backends(cells, before, i);
		if (before != NULL)
			old = cells_service(before, cells->config->services[i].conf.name);
		if (!handle_equal(old, handle))
			service_cell_give(handle);
	}
}

const struct cells *cells_new(struct config *config, const struct cells *before,
			      struct conf_errors *errors)
{
	struct arena *arena = config->arena;
	struct cells *cells = arena_alloc(arena, sizeof(*cells));
	size_t count = config->count;

	cells->config = config;
	cells->services = arena_alloc(arena, (count + 1) * sizeof(*cells->services));
	cells->backends = arena_alloc(arena, (count + 1) * sizeof(*cells->backends));
	cells->service_names = arena_alloc(arena, (count + 1) * sizeof(*cells->service_names));
	cells->backend_names = arena_alloc(arena, (count + 1) * sizeof(*cells->backend_names));
	clear(cells);
	for (size_t i = 0; i < count; i++) {
		const char *name = config->services[i].conf.name;

		cells->services[i] = keep_service(before, name);
		cells->service_names[i].handle = cells->services[i];
		if (cells->services[i].index != HANDLE_NONE && fill_backends(cells, before, i))
			continue;
		conf_fail(errors, CONF_ERROR, NULL, "services",
			  "%s: no room for more %s; raise %s and restart", name,
			  cells->services[i].index == HANDLE_NONE ? "services" : "backends",
			  cells->services[i].index == HANDLE_NONE ? "max_services"
								  : "max_backends");
		cells_undo(cells, before);
		return NULL;
	}
	qsort(cells->service_names, count, sizeof(*cells->service_names), by_name);
	return cells;
}
