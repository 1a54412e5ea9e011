/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/names_change.h"

#include <string.h>

#include "config/config_ring.h"
#include "config/config_words.h"
#include "core/arena.h"
#include "core/text.h"
#include "process/change.h"
#include "process/names_log.h"
#include "process/names_table.h"
#include "process/objects.h"
#include "process/objects_free.h"
#include "process/running.h"
#include "process/transaction.h"

struct pending_group {		/* what becomes of a group */
	struct pending_group *next;
	const char     *path;
	struct object  *object;		/* held; NULL: it is no group any more */
	struct members  members;
	uint64_t        applied;
	unsigned        short_of, looping;
	const char     *ring;		/* which one an address would close; NULL: none */
	size_t          first, last;	/* its rows */
	bool            parent_gone;	/* with its service */
};

static struct arena *arena;		/* of what is prepared; NULL: nothing is */
static struct pending_group *pending;
static struct config_diff rows;
static struct config_ring *ring;	/* of what will be in force */

static struct object *above(const struct config *config, const char *path)
{
	size_t len;

	(void)config_path_kind(path, &len);
	return config_get(config, arena_copy(arena, (struct slice){ path, len }));
}

static const struct members *members_now(const char *path)
{
	static const struct members none;
	const struct names_group *g = names_table_group(path);

	return g != NULL ? &g->members : &none;
}

/* Cells for the members that are new; those that there is no room for are left out. */
static void take_cells(struct pending_group *p, const struct config *next)
{
	const struct members *before = members_now(p->path);
	struct object *service = above(next, p->path);
	bool running = above(running_config(), p->path) != NULL;
	struct conf_errors told;
	size_t kept = 0;

	conf_errors_init(&told, arena);
	for (size_t i = 0; i < p->members.count; i++) {
		struct object *member = p->members.list[i];
		const struct object *old = config_members_find(before, member);
		bool room = old != NULL || p->short_of == 0;	/* one failure is enough */

		if (old == member ||
		    (room && objects_take(member, old, service, running, &told))) {
			p->members.list[kept++] = member;
			continue;
		}
		p->short_of++;
		object_release(member);
	}
	p->members.count = kept;
	conf_errors_close(&told);
}

/* An address by which heddle would come back to where it began. */
static void note_ring(struct pending_group *p, const struct object *member,
		      const struct object *listener, const struct object *owner)
{
	char address[ADDR_TEXT];

	if (p->looping++ == 0)
		p->ring = arena_printf(arena, "%s leads back to heddle itself: services.%s listens "
				       "on %s", member->name, owner->name,
				       listener->kind->describe(listener->conf, address,
								sizeof(address)));
}

/* The file with such an address is refused; one that DNS has is not used. */
static void leave_rings_out(struct pending_group *p, const struct config *next)
{
	const struct object *service = above(next, p->path), *listener, *owner;
	size_t kept = 0;

	for (size_t i = 0; i < p->members.count; i++) {
		struct object *member = p->members.list[i];

		if (config_ring_closed(ring, service, member->conf, &listener, &owner)) {
			note_ring(p, member, listener, owner);
			object_release(member);
			continue;
		}
		config_ring_add(ring, service, member->conf);
		p->members.list[kept++] = member;
	}
	p->members.count = kept;
}

static void add_group(const char *path, struct object *object, const struct config *next)
{
	struct pending_group *p = arena_alloc(arena, sizeof(*p));

	*p = (struct pending_group){ .next = pending, .path = arena_strdup(arena, path) };
	pending = p;
	p->parent_gone = above(next, path) == NULL;
	if (object != NULL) {
		p->object = object_hold(object);
		p->applied = names_table_members(object, members_now(path), &p->members);
	}
}

static void finish_groups(const struct config *next)
{
	for (struct pending_group *p = pending; p != NULL; p = p->next) {
		if (p->object != NULL) {
			leave_rings_out(p, next);
			take_cells(p, next);
		}
		p->first = rows.count;
		config_members_diff(p->path, members_now(p->path), &p->members, arena, &rows);
		p->last = rows.count;
	}
}

static bool is_pending(const char *path)
{
	for (const struct pending_group *p = pending; p != NULL; p = p->next) {
		if (strcmp(p->path, path) == 0)
			return true;
	}
	return false;
}

static void begin(void)
{
	if (arena == NULL)
		arena = arena_new();
}

/* Groups that the rows of the change are about. */
static void add_changed(const struct config_diff *diff, const struct config *next)
{
	for (size_t i = 0; i < diff->count; i++) {
		const struct diff_row *row = &diff->rows[i];
		bool is_group = row->verb != DIFF_REMOVE &&
				config_members_group_object(row->object);

		if (row->object->kind->cell != CELL_BACKEND ||
		    (!is_group && names_table_group(row->path) == NULL))
			continue;
		begin();
		add_group(row->path, is_group ? row->object : NULL, next);
	}
}

static void add_outdated(struct names_group *g, void *arg)
{
	if (!names_table_is_outdated(g) || is_pending(g->path))
		return;
	begin();
	add_group(g->path, g->object, arg);
}

/* Whether the change has to do with where services listen, or connect to. */
static bool has_ends(const struct config_diff *diff)
{
	for (size_t i = 0; i < diff->count; i++) {
		const struct object *object = diff->rows[i].object;

		if (object->kind->listens || object->kind->cell != CELL_NONE)
			return true;
	}
	return false;
}

struct ring_search {
	const struct config *next;
	bool                 all;
};

static void add_ways(struct names_group *g, void *arg)
{
	const struct object *service = above(arg, g->path);

	if (service == NULL || is_pending(g->path))
		return;
	for (size_t i = 0; i < g->members.count; i++)
		config_ring_add(ring, service, g->members.list[i]->conf);
}

static void open_ring(const struct config *next)
{
	config_ring_close(ring);
	ring = config_ring_new(next, arena);
	names_table_each(add_ways, (void *)(uintptr_t)next);
}

static bool closes_ring(const struct names_group *g, const struct object *service)
{
	const struct object *listener, *owner;

	for (size_t i = 0; i < g->members.count; i++) {
		if (config_ring_closed(ring, service, g->members.list[i]->conf, &listener, &owner))
			return true;
	}
	return false;
}

/* What was left out may be good now; what is used may lead back, by a new listener. */
static void add_ringed(struct names_group *g, void *arg)
{
	const struct ring_search *search = arg;
	const struct object *service = above(search->next, g->path);

	if (service != NULL && !is_pending(g->path) &&
	    (g->looping != 0 || (search->all && closes_ring(g, service))))
		add_group(g->path, g->object, search->next);
}

static void add_rings(const struct config_diff *diff, const struct config *next)
{
	struct ring_search search = { next, has_ends(diff) };
	const struct pending_group *before = pending;

	if (pending == NULL && (names_table_empty() || !search.all))
		return;
	begin();
	open_ring(next);
	names_table_each(add_ringed, &search);
	if (pending != before)
		open_ring(next);	/* what they lead to is found anew */
}

bool names_change_due(void)
{
	return names_table_outdated();
}

void names_change_prepare(const struct config_diff *diff, const struct config *next)
{
	add_changed(diff, next);
	if (!names_table_empty())
		names_table_each(add_outdated, (void *)(uintptr_t)next);
	add_rings(diff, next);
	finish_groups(next);
}

static void end(void)
{
	for (struct pending_group *p = pending; p != NULL; p = p->next) {
		object_release(p->object);
		config_members_free(&p->members);
	}
	config_diff_close(&rows);
	config_ring_close(ring);
	ring = NULL;
	arena_free(arena);
	arena = NULL;
	pending = NULL;
}

/* What a removed service had goes with it, in the children too. */
static void send_rows(const struct pending_group *p)
{
	for (size_t i = p->first; i < p->last && !p->parent_gone; i++) {
		const struct diff_row *row = &rows.rows[i];
		struct object *object = row->object;
		struct change_op op = { .verb = CHANGE_PUT, .kind = object->kind,
					.object = object, .path = row->path,
					.target = CHANGE_RUNNING, .handle = object->handle,
					.parent = object->parent,
					.told = names_table_receivers(object, row->path) };

		if (row->verb == DIFF_REMOVE) {
			op.verb = CHANGE_DELETE;
			op.object = NULL;
		}
		transaction_send(&op);
	}
}

void names_change_send(void)
{
	for (const struct pending_group *p = pending; p != NULL; p = p->next)
		send_rows(p);
}

void names_change_withdraw(void)
{
	for (size_t i = 0; i < rows.count; i++) {
		if (rows.rows[i].verb == DIFF_ADD)
			objects_give(rows.rows[i].object);
	}
	end();
}

static void print_pending(const struct pending_group *p, struct text *out)
{
	if (p->first == p->last || p->object == NULL)
		return;
	text_puts(out, out->len > 0 ? "; " : "");
	config_words(p->path, out);
	text_printf(out, ": %zu address%s", p->members.count, p->members.count == 1 ? "" : "es");
	names_log_rows(&rows.rows[p->first], p->last - p->first, out);
}

static void log_change(void)
{
	struct text line;

	text_init(&line);
	for (const struct pending_group *p = pending; p != NULL; p = p->next)
		print_pending(p, &line);
	if (line.len > 0)
		names_log_change(text_cstr(&line));
	text_close(&line);
}

static void put_in_force(struct pending_group *p)
{
	const struct names_group *was = names_table_group(p->path);
	bool told_short = was != NULL && was->short_of != 0;
	bool told_rings = was != NULL && was->looping != 0;

	if (p->object == NULL) {
		names_table_remove(p->path);
		return;
	}
	names_table_left_out(names_table_put(p->path, p->object, &p->members, p->applied),
			     p->short_of, p->looping);
	if (p->short_of != 0 && !told_short)
		names_log_short(p->path, p->short_of);
	if (p->looping != 0 && !told_rings)
		names_log_ring(p->path, p->looping, p->ring);
}

void names_change_commit(void)
{
	if (pending == NULL)
		return;
	log_change();
	for (struct pending_group *p = pending; p != NULL; p = p->next)
		put_in_force(p);
	names_table_prune();
}

void names_change_committed(uint64_t number)
{
	for (const struct pending_group *p = pending; p != NULL; p = p->next) {
		for (size_t i = p->first; i < p->last; i++) {
			if (rows.rows[i].verb == DIFF_REMOVE)
				objects_free_add(object_hold(rows.rows[i].object), p->parent_gone,
						 number);
		}
	}
	end();
}
