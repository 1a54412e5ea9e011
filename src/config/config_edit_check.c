/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses that an edit brings in, against all others: two listeners that cannot both be bound,
 * and backends whose address is one that heddle listens on. The file may lead from one service to
 * another; an edit may not: a session that a client opens there is one of heddle's own, and two
 * edits could close the ring.
 */
#include <ifaddrs.h>
#include <stdlib.h>
#include <string.h>

#include "config/config_edit.h"
#include "config/config_edit_routes.h"
#include "config/config_fanout.h"
#include "config/config_members.h"
#include "config/config_reach.h"
#include "config/config_types.h"
#include "core/arena.h"

struct end {			/* of a connection: a listener, a backend, or where it is checked */
	const struct object *object, *service;
	struct addr          addr;
	bool                 check;
};

struct end_list {
	struct end   *list;
	size_t        count, room;
	struct arena *arena;
};

struct checking {
	const struct config *before, *next;
	struct end_list          listeners, targets;	/* of `next`, by port */
	struct ifaddrs      *interfaces;
	struct conf_errors  *errors;
	enum edit_result     result;
};

static void add_end(struct end_list *ends, const struct end *end)
{
	if (ends->count == ends->room) {
		size_t room = ends->room > 0 ? 2 * ends->room : 64;
		struct end *more = arena_alloc(ends->arena, room * sizeof(*more));

		if (ends->count > 0)
			memcpy(more, ends->list, ends->count * sizeof(*more));
		ends->list = more;
		ends->room = room;
	}
	ends->list[ends->count++] = *end;
}

struct collecting {
	struct checking     *c;
	const struct object *service;
};

static void add_targets(struct end_list *ends, const struct object *object,
			const struct object *service)
{
	const struct backend_conf *conf = object->conf;
	struct end end = { object, service, conf->addr, false };

	if (conf->addr.kind != ADDR_NONE)
		add_end(ends, &end);
	if (conf->check_addr.kind == ADDR_NONE)
		return;
	end.addr = conf->check_addr;
	end.check = true;
	add_end(ends, &end);
}

/* A group may lead back: what comes back is dropped. A name is resolved by nobody here. */
static const struct addr *target_of(const struct object *object)
{
	const struct fanout_target_conf *conf = object->conf;
	const struct addr *addr = &conf->address.addr;

	if (object->kind != &config_target_kind || conf->address.type != ENDPOINT_ADDR ||
	    config_fanout_is_group(addr))
		return NULL;
	return addr;
}

static void collect_child(const struct config_node *child, void *arg)
{
	struct collecting *into = arg;
	const struct object *object = config_object(child);
	const struct listen_conf *listen = object->conf;

	if (object->kind->listens)
		add_end(&into->c->listeners,
			&(struct end){ object, into->service, listen->addr, false });
	else if (object->kind == &config_backend_kind)
		add_targets(&into->c->targets, object, into->service);
	else if (target_of(object) != NULL)
		add_end(&into->c->targets,
			&(struct end){ object, into->service, *target_of(object), false });
}

static void collect_service(const struct config_node *child, void *arg)
{
	struct collecting into = { arg, config_object(child) };

	if (!into.service->kind->single)
		config_each_below(child, collect_child, &into);
}

static int by_port(const void *left, const void *right)
{
	return addr_port(&((const struct end *)left)->addr) -
	       addr_port(&((const struct end *)right)->addr);
}

static void collect(struct checking *c)
{
	if (c->listeners.count > 0)
		return;
	config_each_below(config_root(c->next), collect_service, c);
	if (c->listeners.count > 1)
		qsort(c->listeners.list, c->listeners.count, sizeof(struct end), by_port);
	if (c->targets.count > 1)
		qsort(c->targets.list, c->targets.count, sizeof(struct end), by_port);
	if (getifaddrs(&c->interfaces) == -1)
		c->interfaces = NULL;
}

/* The first end with that port; `count` when there is none. */
static size_t first_with(const struct end_list *ends, int port)
{
	size_t low = 0, high = ends->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (addr_port(&ends->list[middle].addr) < port)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static const char *words_of(struct checking *c, const struct end *end)
{
	struct arena *arena = c->listeners.arena;

	if (end->object->kind->listens)
		return arena_printf(arena, "%s.%s.%s", end->service->kind->section,
				    end->service->name, end->object->kind->section);
	return arena_printf(arena, "%s.%s.%s.%s%s", end->service->kind->section,
			    end->service->name, end->object->kind->section, end->object->name,
			    end->check ? ".check" : "");
}

static void report(struct checking *c, enum edit_result result, const struct end *at,
		   const struct end *other)
{
	char address[ADDR_TEXT], theirs[ADDR_TEXT];
	struct conf_error *row;

	addr_print(&at->addr, address, sizeof(address));
	addr_print(&other->addr, theirs, sizeof(theirs));
	if (result == EDIT_INVALID)
		row = conf_fail(c->errors, CONF_ERROR, NULL, words_of(c, at),
				"%s leads back to heddle itself: %s listens on %s", address,
				words_of(c, other), theirs);
	else if (!other->object->kind->listens)
		row = conf_fail(c->errors, CONF_ERROR, NULL, words_of(c, at),
				"%s is the address of a %s: %s has %s", address,
				other->object->kind->name, words_of(c, other), theirs);
	else if (addr_equal(&at->addr, &other->addr))
		row = conf_fail(c->errors, CONF_ERROR, NULL, words_of(c, at),
				"%s is already the address of %s.%s", address,
				other->service->kind->section, other->service->name);
	else
		row = conf_fail(c->errors, CONF_ERROR, NULL, words_of(c, at),
				"%s and %s cannot both be listened on: %s is the address of "
				"%s.%s", address, theirs, theirs,
				other->service->kind->section, other->service->name);
	row->got = arena_strdup(c->errors->arena, address);
	if (result > c->result)
		c->result = result;
}

static void check_target(struct checking *c, const struct end *target)
{
	int port = addr_port(&target->addr);

	for (size_t i = first_with(&c->listeners, port);
	     i < c->listeners.count && addr_port(&c->listeners.list[i].addr) == port; i++) {
		if (config_reach(c->interfaces, &target->addr, &c->listeners.list[i].addr)) {
			report(c, EDIT_INVALID, target, &c->listeners.list[i]);
			return;
		}
	}
}

/* Port `*` is the one that the client used: that of a listener of the same service. */
static void check_client_port(struct checking *c, struct end target)
{
	for (size_t i = 0; i < c->listeners.count; i++) {
		int port = addr_port(&c->listeners.list[i].addr);

		if (c->listeners.list[i].service != target.service || port == 0)
			continue;
		addr_set_port(&target.addr, (uint16_t)port);
		check_target(c, &target);
	}
}

static void check_listener(struct checking *c, const struct end *listener)
{
	int port = addr_port(&listener->addr);

	for (size_t i = first_with(&c->listeners, port);
	     i < c->listeners.count && addr_port(&c->listeners.list[i].addr) == port; i++) {
		const struct end *other = &c->listeners.list[i];

		if (other->object != listener->object &&
		    addr_overlaps(&listener->addr, &other->addr)) {
			report(c, EDIT_CONFLICT, listener, other);
			return;
		}
	}
	for (size_t i = first_with(&c->targets, port);
	     i < c->targets.count && addr_port(&c->targets.list[i].addr) == port; i++) {
		if (config_reach(c->interfaces, &c->targets.list[i].addr, &listener->addr)) {
			report(c, EDIT_CONFLICT, listener, &c->targets.list[i]);
			return;
		}
	}
}

static const struct object *service_of(const struct checking *c, const char *path)
{
	size_t above;
	struct arena *arena = c->listeners.arena;

	(void)config_path_kind(path, &above);
	return config_get(c->next, arena_copy(arena, (struct slice){ path, above }));
}

/* The addresses of a name are called so: see config_members.h. */
static bool is_member_name(const struct checking *c, const struct diff_row *row)
{
	const char *name = row->object->name;
	size_t front = strlen(row->path) - strlen(name);

	for (const char *at = strchr(name, '@'); at != NULL; at = strchr(at + 1, '@')) {
		const char *group = arena_copy(c->listeners.arena, (struct slice){
				row->path, front + (size_t)(at - name) });
		const struct object *object = config_get(c->next, group);

		if (object != NULL && config_members_group_object(object))
			return true;
	}
	return false;
}

static void check_name(struct checking *c, const struct diff_row *row)
{
	const struct end end = { row->object, service_of(c, row->path), { .kind = ADDR_NONE },
				 false };

	if (row->verb != DIFF_ADD || !is_member_name(c, row))
		return;
	conf_fail(c->errors, CONF_ERROR, NULL, words_of(c, &end),
		  "names with @ behind the name of a backend that is a name are those of its "
		  "addresses");
	c->result = EDIT_CONFLICT;
}

/* Of a backend that was there with the same addresses nothing is new. */
static void check_backend(struct checking *c, const struct diff_row *row)
{
	const struct object *old = config_get(c->before, row->path);
	const struct backend_conf *now = row->object->conf, *was = old != NULL ? old->conf : NULL;
	struct end_list targets = { .arena = c->listeners.arena };

	if (was != NULL && addr_equal(&now->addr, &was->addr) &&
	    addr_equal(&now->check_addr, &was->check_addr))
		return;
	collect(c);
	add_targets(&targets, row->object, service_of(c, row->path));
	for (size_t i = 0; i < targets.count; i++) {
		if (targets.list[i].addr.client_port)
			check_client_port(c, targets.list[i]);
		else
			check_target(c, &targets.list[i]);
	}
}

static void check_row(struct checking *c, const struct diff_row *row)
{
	const struct listen_conf *listen = row->object->conf;

	if (row->verb == DIFF_REMOVE)
		return;
	if (row->object->kind == &config_backend_kind) {
		check_name(c, row);
		check_backend(c, row);
	} else if (target_of(row->object) != NULL && row->verb == DIFF_ADD) {
		collect(c);
		check_target(c, &(struct end){ row->object, service_of(c, row->path),
					       *target_of(row->object), false });
	} else if (row->object->kind->listens && row->verb == DIFF_ADD) {
		collect(c);
		check_listener(c, &(struct end){ row->object, service_of(c, row->path),
						 listen->addr, false });
	}
}

static void check_room(struct checking *c)
{
	const struct settings *s = c->next->settings;
	size_t services = config_count(c->next, &config_service_kind);
	size_t backends = config_count(c->next, &config_backend_kind);

	if (services > s->max_services)
		conf_fail(c->errors, CONF_ERROR, NULL, "services",
			  "%zu services are more than max_services: %u; raise it and restart",
			  services, (unsigned)s->max_services);
	if (backends > s->max_backends)
		conf_fail(c->errors, CONF_ERROR, NULL, "services",
			  "%zu backends are more than max_backends: %u; raise it and restart",
			  backends, (unsigned)s->max_backends);
	if (services > s->max_services || backends > s->max_backends)
		c->result = EDIT_CONFLICT;
}

enum edit_result config_edit_check(const struct config *before, const struct config *next,
				   const struct config_diff *diff, size_t from,
				   struct arena *arena, struct conf_errors *errors)
{
	struct checking c = { .before = before, .next = next, .errors = errors,
			      .listeners.arena = arena, .targets.arena = arena };

	check_room(&c);
	for (size_t i = from; i < diff->count; i++)
		check_row(&c, &diff->rows[i]);
	if (c.interfaces != NULL)
		freeifaddrs(c.interfaces);
	enum edit_result routes = config_edit_routes(next, diff, from, errors);

	return routes > c.result ? routes : c.result;
}
