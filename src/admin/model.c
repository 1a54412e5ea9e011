/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/model.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>

#include "admin/changed.h"
#include "config/config.h"
#include "config/config_differences.h"
#include "config/config_members.h"
#include "core/arena.h"
#include "core/log.h"
#include "core/scoreboard.h"
#include "process/change.h"
#include "process/running.h"

struct prepared {
	struct prepared   *next;
	enum change_verb   verb;
	enum change_target target;
	const char        *path;
	struct object     *object;
};

static struct config *running, *base;
static uint64_t generation;
static struct arena *arena;	/* of what is prepared */
static struct prepared *first, **last = &first;
static size_t differences;
static uint64_t differences_at;	/* generation when they were counted; 0: never */

void model_open(void)
{
	changed_open();
}

static void inherit(void)
{
	const struct config *from = running_base();

	running = config_share(running_config());
	base = config_share(from != NULL ? from : running);
}

static void drop_prepared(void)
{
	for (struct prepared *p = first; p != NULL; p = p->next)
		object_release(p->object);
	arena_free(arena);
	arena = NULL;
	first = NULL;
	last = &first;
}

void model_close(void)
{
	drop_prepared();
	config_free(running);
	config_free(base);
	running = base = NULL;
	changed_close();
}

void model_prepare(const struct change_op *op)
{
	struct prepared *p;

	changed_prepare(op);
	if (op->kind == NULL || running == NULL)	/* an address, or it is inherited */
		return;
	if (op->object != NULL && config_members_member_object(op->object))
		return;	/* of a name: it is in no configuration */
	if (arena == NULL)
		arena = arena_new();
	p = arena_alloc(arena, sizeof(*p));
	*p = (struct prepared){ NULL, op->verb, op->target, arena_strdup(arena, op->path),
				op->object != NULL ? object_hold(op->object) : NULL };
	*last = p;
	last = &p->next;
}

static void apply(struct config *config, const struct prepared *p)
{
	if (p->verb == CHANGE_DELETE)
		(void)config_remove(config, p->path);
	else
		CHECK(config_put(config, p->path, object_hold(p->object)));
}

void model_commit(uint64_t serial, const char *by)
{
	changed_commit(serial, by);
	if (running == NULL)
		inherit();
	for (struct prepared *p = first; p != NULL; p = p->next) {
		if (p->target != CHANGE_BASE)
			apply(running, p);
		if (p->target != CHANGE_RUNNING)
			apply(base, p);
	}
	drop_prepared();
	generation = serial;
}

void model_abort(void)
{
	changed_abort();
	drop_prepared();
}

const struct config *model_config(void)
{
	return running;
}

const struct config *model_base(void)
{
	return base;
}

uint64_t model_generation(void)
{
	return generation;
}

const struct changed *model_changed(const char *path)
{
	const struct object *object = config_get(running, path);

	return object != NULL ? changed_last(object->kind->cell, object->handle) : NULL;
}

/* In any order: children have none in the map. */
static void add_hash(const struct config_node *node, void *arg)
{
	uint64_t below = 0;

	config_each_below(node, add_hash, &below);
	*(uint64_t *)arg += object_hash(config_object(node)) * 31 + below * 0x9e3779b97f4a7c15;
}

void model_etag(const struct config *config, const char *path, char out[MODEL_ETAG])
{
	const struct config_node *node = config_at(config, path);
	uint64_t hash = atomic_load(&scoreboard_shared()->reloaded_ms);

	out[0] = '\0';
	if (node == NULL)
		return;
	hash *= 0x9e3779b97f4a7c15;
	add_hash(node, &hash);
	snprintf(out, MODEL_ETAG, "\"%016" PRIx64 "\"", hash);
}

size_t model_differences(void)
{
	if (differences_at != generation)
		differences = config_differences(base, running);
	differences_at = generation;
	return differences;
}
