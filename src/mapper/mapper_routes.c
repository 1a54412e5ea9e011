/* SPDX-License-Identifier: BSD-2-Clause */
#include "mapper/mapper_routes.h"

#include <stdlib.h>
#include <string.h>

#include "config/config_types.h"
#include "config/config_uwsgi.h"
#include "core/list.h"
#include "core/log.h"
#include "core/map.h"
#include "mapper/script.h"
#include "process/change.h"

struct route_change {
	struct list    link;
	struct object *route;	/* NULL: none is at the path any more, or one without script */
	char           path[];
};

struct user {			/* a route that has a script */
	struct script *script;
	char           path[];
};

static struct list prepared = { &prepared, &prepared };
static struct map users;	/* by path */

static bool has_script(const struct object *route)
{
	return ((const struct route_conf *)route->conf)->script.file != NULL;
}

static struct route_change *note(const char *path, const char *end)
{
	size_t len = strlen(path);
	struct route_change *c = malloc(sizeof(*c) + len + strlen(end) + 1);

	CHECK(c != NULL);
	c->route = NULL;
	memcpy(c->path, path, len);
	memcpy(c->path + len, end, strlen(end) + 1);
	list_append(&prepared, &c->link);
	return c;
}

void mapper_routes_prepare(const struct change_op *op)
{
	if (op->kind == &config_service_kind && op->verb == CHANGE_DELETE)
		(void)note(op->path, "/");
	if (op->kind == &config_route_kind && op->verb == CHANGE_PUT && has_script(op->object))
		note(op->path, "")->route = op->object;
	else if (op->kind == &config_route_kind)
		(void)note(op->path, "");
	if (op->kind != &config_route_kind || op->verb != CHANGE_PUT || !has_script(op->object))
		object_release(op->object);
}

void mapper_routes_abort(void)
{
	while (!list_empty(&prepared)) {
		struct route_change *p = container_of(prepared.next, struct route_change, link);

		list_unlink(&p->link);
		object_release(p->route);
		free(p);
	}
}

static void forget(const char *path)
{
	struct user *u = map_get(&users, slice_of(path));

	if (u == NULL)
		return;
	(void)map_remove(&users, slice_of(path));
	script_leave(u->script);
	free(u);
}

struct below {
	const char  *path;
	struct user *found;
};

static void find_below(void *value, void *arg)
{
	struct below *b = arg;
	struct user *u = value;

	if (strncmp(u->path, b->path, strlen(b->path)) == 0)
		b->found = u;
}

/* Routes of a service that is removed go with it, and are no operations of their own. */
static void forget_below(const char *path)
{
	struct below b = { path, NULL };

	for (;;) {
		b.found = NULL;
		map_each(&users, find_below, &b);
		if (b.found == NULL)
			return;
		forget(b.found->path);
	}
}

/* The new script first: one that both name goes on. */
static void apply(struct route_change *p)
{
	size_t len = strlen(p->path);
	struct user *u = NULL;

	if (p->path[len - 1] == '/') {
		forget_below(p->path);
		return;
	}
	if (p->route != NULL) {
		u = malloc(sizeof(*u) + len + 1);
		CHECK(u != NULL);
		memcpy(u->path, p->path, len + 1);
		u->script = script_use(p->route);
	}
	forget(p->path);
	if (u != NULL)
		map_set(&users, slice_of(u->path), u);
}

void mapper_routes_commit(void)
{
	for (struct list *node = prepared.next; node != &prepared; node = node->next)
		apply(container_of(node, struct route_change, link));
	mapper_routes_abort();
}
