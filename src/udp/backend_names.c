/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/backend_names.h"

#include <string.h>

#include "config/config_types.h"
#include "core/arena.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/lookup.h"
#include "core/map.h"
#include "core/scoreboard.h"
#include "process/change.h"
#include "process/child.h"
#include "process/names_codec.h"
#include "udp/dns.h"

struct backend_name {		/* a group; alone in its arena */
	struct arena     *arena;
	const char       *path;
	struct object    *object;	/* held */
	struct dns_watch *watch;
	bool              gone;		/* the last answer was that there are no addresses */
};

struct prepared_name {
	struct prepared_name *next;
	const char           *path;
	struct object        *object;	/* held; NULL: removed, or no name any more */
};

static struct map names;		/* by path */
static struct arena *arena;		/* of what is prepared; NULL: nothing is */
static struct prepared_name *first, **last = &first;

static const struct backend_conf *conf_of(const struct object *object)
{
	return object->conf;
}

static enum lookup lookup_of(enum dns_status status)
{
	static const enum lookup lookups[] = {
		[DNS_PENDING] = LOOKUP_PENDING, [DNS_OK] = LOOKUP_OK,
		[DNS_NXDOMAIN] = LOOKUP_NXDOMAIN, [DNS_EMPTY] = LOOKUP_EMPTY,
		[DNS_SERVFAIL] = LOOKUP_SERVFAIL, [DNS_TIMEOUT] = LOOKUP_TIMEOUT,
		[DNS_REFUSED] = LOOKUP_REFUSED, [DNS_INVALID] = LOOKUP_INVALID,
	};

	return lookups[status];
}

static void note_lookup(const struct backend_name *name, const struct dns_answer *answer)
{
	struct backend_cell *cell = backend_cell(name->object->handle.index);
	uint32_t word = lookup_of(answer->status) | (answer->answered ? LOOKUP_ANSWERED : 0) |
			(name->gone ? LOOKUP_NONE : 0);

	if (atomic_exchange(&cell->lookup, word) != word)
		atomic_store(&cell->since_ms, clock_wall_ms());
}

static void send_names(const struct backend_name *name, const struct dns_answer *answer)
{
	const struct backend_conf *conf = conf_of(name->object);
	struct arena *used = arena_new();
	struct member_address *list = arena_alloc(used, (answer->count + 1) * sizeof(*list));

	for (size_t i = 0; i < answer->count; i++)
		list[i] = (struct member_address){ answer->addresses[i].addr,
						   answer->addresses[i].priority,
						   answer->addresses[i].weight };
	child_names(&(struct named_addresses){ conf->host, (uint32_t)conf->refresh_ms, name->gone,
					       list, answer->count });
	arena_free(used);
}

/* The addresses go first: a worker that sees the answer without them waits for them. */
static void publish(struct backend_name *name)
{
	const struct dns_answer *answer = dns_answer(name->watch);

	if (dns_status_answered(answer->status))
		name->gone = dns_status_negative(answer->status);
	if (answer->answered)
		send_names(name, answer);
	if (answer->status != DNS_PENDING)	/* else the cell has the word of before */
		note_lookup(name, answer);
}

static void on_changed(struct dns_watch *watch, void *owner)
{
	(void)watch;
	publish(owner);
}

/* Clients wait for the first answer for a moment, which begins with the question. */
static void note_question(const struct backend_name *name)
{
	struct backend_cell *cell = backend_cell(name->object->handle.index);

	if (lookup_is_pending(cell->lookup))
		atomic_store(&cell->since_ms, clock_wall_ms());
}

static void watch(struct backend_name *name)
{
	const struct backend_conf *conf = conf_of(name->object);
	struct endpoint endpoint;
	struct arena *used = arena_new();
	const char *why;

	CHECK(endpoint_parse(slice_of(conf->host), &endpoint, NULL, used, &why));
	name->watch = dns_watch(&endpoint, (uint32_t)conf->refresh_ms, on_changed, name);
	arena_free(used);
}

static void release_name(void *value)
{
	struct backend_name *name = value;

	dns_unwatch(name->watch);
	object_release(name->object);
	arena_free(name->arena);
}

static void add(const struct prepared_name *p)
{
	struct arena *own = arena_new();
	struct backend_name *name = arena_alloc(own, sizeof(*name));

	*name = (struct backend_name){ .arena = own, .path = arena_strdup(own, p->path),
				       .object = object_hold(p->object) };
	map_set(&names, slice_of(name->path), name);
	note_question(name);
	watch(name);
}

static bool same_query(const struct object *a, const struct object *b)
{
	return strcmp(conf_of(a)->host, conf_of(b)->host) == 0 &&
	       conf_of(a)->refresh_ms == conf_of(b)->refresh_ms;
}

static void apply(const struct prepared_name *p)
{
	struct backend_name *name = map_get(&names, slice_of(p->path));

	if (name != NULL && p->object != NULL && same_query(name->object, p->object)) {
		object_release(name->object);
		name->object = object_hold(p->object);
		if (dns_answer(name->watch)->status != DNS_PENDING)
			publish(name);	/* the cell may be another one */
		return;
	}
	if (name != NULL)
		(void)map_remove(&names, slice_of(p->path));
	if (p->object != NULL)
		add(p);
}

static bool takes(const struct object_kind *kind)
{
	return kind == &config_backend_kind;
}

static bool prepare(const struct change_op *op, char *why)
{
	struct prepared_name *p;
	bool is_name = op->object != NULL && config_members_group_object(op->object);

	(void)why;
	if (op->target == CHANGE_BASE)
		return true;
	if (arena == NULL)
		arena = arena_new();
	p = arena_alloc(arena, sizeof(*p));
	*p = (struct prepared_name){ NULL, arena_strdup(arena, op->path),
				     is_name ? object_hold(op->object) : NULL };
	*last = p;
	last = &p->next;
	return true;
}

static void end(void)
{
	for (struct prepared_name *p = first; p != NULL; p = p->next)
		object_release(p->object);
	arena_free(arena);
	arena = NULL;
	first = NULL;
	last = &first;
}

static void commit(uint64_t serial, const char *by)
{
	(void)serial;
	(void)by;
	for (const struct prepared_name *p = first; p != NULL; p = p->next)
		apply(p);
	end();
}

static bool open_names(void)
{
	names.release = release_name;
	return true;
}

static void close_names(void)
{
	end();
	map_clear(&names);
}

const struct resolver_part backend_names_part = {
	.name = "backends",
	.open = open_names,
	.close = close_names,
	.takes = takes,
	.prepare = prepare,
	.commit = commit,
	.abort = end,
};
