/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/objects.h"

#include "config/config.h"
#include "config/config_members.h"
#include "config/config_types.h"
#include "core/clock.h"
#include "core/lookup.h"
#include "core/scoreboard.h"
#include "core/text.h"

static struct active *active_of_backend(uint32_t index)
{
	return backend_active(index);
}

static struct active *active_of_service(uint32_t index)
{
	return &service_cell(index)->active;
}

static const struct cell_kind {
	struct handle  (*take)(void);
	void           (*give)(struct handle handle);
	struct active *(*active)(uint32_t index);
	const char      *limit;		/* the directive that bounds them */
} cell_kinds[] = {
	[CELL_SERVICE] = { service_cell_take, service_cell_give, active_of_service,
			   "max_services" },
	[CELL_BACKEND] = { backend_cell_take, backend_cell_give, active_of_backend,
			   "max_backends" },
	[CELL_ROUTE] = { backend_cell_take, backend_cell_give, active_of_backend, "max_backends" },
};

static enum health first_health(const struct check_conf *check, bool running)
{
	if (!check->on)
		return HEALTH_UP;
	if (check->initial == INITIAL_DOWN)
		return HEALTH_DOWN;
	if (check->initial == INITIAL_CHECK || (check->initial == INITIAL_AUTO && running))
		return HEALTH_CHECKING;
	return HEALTH_UP;
}

static enum health health_at_first(const struct object *object, const struct object *parent,
				   bool running)
{
	if (config_members_group_object(object))
		return HEALTH_UNRESOLVED;
	return first_health(&((const struct service_conf *)parent->conf)->check, running);
}

static void begin(const struct object *object, const struct object *parent, bool running)
{
	struct backend_cell *cell = backend_cell(object->handle.index);
	enum health health = health_at_first(object, parent, running);

	atomic_store(&cell->health, health);
	atomic_store(&cell->failed_ms, health != HEALTH_UP ? clock_ms() : 0);
	atomic_store(&cell->since_ms, clock_wall_ms());
}

static bool take_cell(struct object *object, const struct object *parent, bool running,
		      struct conf_errors *errors)
{
	const struct cell_kind *kind = &cell_kinds[object->kind->cell];

	object->handle = kind->take();
	if (object->handle.index == HANDLE_NONE) {
		conf_fail(errors, CONF_ERROR, NULL, object->kind == &config_service_kind
			  ? object->kind->section : object->kind->parent->section,
			  "%s: no room for more %s; raise %s and restart",
			  object->kind->cell == CELL_SERVICE ? object->name : parent->name,
			  object->kind->plural, kind->limit);
		return false;
	}
	/* How it begins is decided before anybody can see it: `initial` of its check. */
	if (object->kind->cell == CELL_BACKEND &&
	    health_at_first(object, parent, running) != HEALTH_UP)
		begin(object, parent, running);
	return true;
}

bool objects_take(struct object *object, const struct object *before, const struct object *parent,
		  bool running, struct conf_errors *errors)
{
	if (before != NULL) {
		object->handle = before->handle;
		object->parent = before->parent;
		return true;
	}
	if (parent != NULL)
		object->parent = parent->handle;
	return object->kind->cell == CELL_NONE || take_cell(object, parent, running, errors);
}

struct take {
	struct conf_errors *errors;
	bool                ok;
};

static void take_one(struct object *object, struct object *parent, const char *path, void *arg)
{
	struct take *take = arg;

	(void)path;
	take->ok = take->ok && objects_take(object, NULL, parent, false, take->errors);
}

bool objects_take_all(const struct config *config, struct conf_errors *errors)
{
	struct take take = { errors, true };

	config_each(config, "", take_one, &take);
	return take.ok;
}

/* Left alone: `initial` says in words what a backend is at a start, or nobody would bring it up. */
static bool is_restored(const struct service_conf *service)
{
	return service->check.on ? service->check.initial == INITIAL_AUTO :
				   service->passive.on && service->passive.initial == INITIAL_UP;
}

static const struct service_conf *service_above(const struct config *config, const char *path)
{
	const struct object *service;
	struct text above;
	size_t len;

	text_init(&above);
	(void)config_path_kind(path, &len);
	text_append(&above, path, len);
	service = config_get(config, text_cstr(&above));
	text_close(&above);
	return service->conf;
}

void objects_restore(const struct config *config, const char *path, enum health health)
{
	const struct object *object = config_get(config, path);
	struct backend_cell *cell;

	if (object == NULL || object->kind->cell != CELL_BACKEND ||
	    config_members_group_object(object) || !is_restored(service_above(config, path)))
		return;
	cell = backend_cell(object->handle.index);
	atomic_store(&cell->health, health);
	atomic_store(&cell->failed_ms, clock_ms());
	atomic_store(&cell->since_ms, clock_wall_ms());
}

void objects_give(const struct object *object)
{
	if (object->handle.index != HANDLE_NONE)
		cell_kinds[object->kind->cell].give(object->handle);
}

void objects_moved(const struct object *object, const struct object *before,
		   const struct object *parent)
{
	const struct backend_conf *now = object->conf, *was = before->conf;

	if (object->kind->cell != CELL_BACKEND)
		return;
	if (addr_equal(&now->addr, &was->addr) &&
	    config_members_is_group(now) == config_members_is_group(was))
		return;
	atomic_store(&backend_cell(object->handle.index)->failures, 0);
	atomic_store(&backend_cell(object->handle.index)->lookup, LOOKUP_PENDING);
	begin(object, parent, true);
}

bool objects_in_use(const struct object *object)
{
	return object->handle.index != HANDLE_NONE &&
	       active_count(cell_kinds[object->kind->cell].active(object->handle.index)) > 0;
}
