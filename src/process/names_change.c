/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/names_change.h"

#include <string.h>

#include "config/config_words.h"
#include "core/arena.h"
#include "core/log.h"
#include "core/text.h"
#include "process/change.h"
#include "process/names_table.h"
#include "process/objects.h"
#include "process/objects_free.h"
#include "process/running.h"
#include "process/transaction.h"

#define LISTED 8	/* addresses in a line of the log */

struct pending_group {		/* what becomes of a group */
	struct pending_group *next;
	const char     *path;
	struct object  *object;		/* held; NULL: it is no group any more */
	struct members  members;
	uint64_t        applied;
	unsigned        short_of;
	size_t          first, last;	/* its rows */
	bool            parent_gone;	/* with its service */
};

static struct arena *arena;		/* of what is prepared; NULL: nothing is */
static struct pending_group *pending;
static struct config_diff rows;

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

static void add_group(const char *path, struct object *object, const struct config *next)
{
	struct pending_group *p = arena_alloc(arena, sizeof(*p));

	*p = (struct pending_group){ .next = pending, .path = arena_strdup(arena, path),
			       .first = rows.count, .last = rows.count };
	pending = p;
	p->parent_gone = above(next, path) == NULL;
	if (object != NULL) {
		p->object = object_hold(object);
		p->applied = names_table_members(object, members_now(path), &p->members);
		take_cells(p, next);
	}
	config_members_diff(path, members_now(path), &p->members, arena, &rows);
	p->last = rows.count;
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

bool names_change_due(void)
{
	return names_table_outdated();
}

void names_change_prepare(const struct config_diff *diff, const struct config *next)
{
	add_changed(diff, next);
	if (!names_table_empty())
		names_table_each(add_outdated, (void *)(uintptr_t)next);
}

static void end(void)
{
	for (struct pending_group *p = pending; p != NULL; p = p->next) {
		object_release(p->object);
		config_members_free(&p->members);
	}
	config_diff_close(&rows);
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

/* ": added 10.0.0.7:80, 10.0.0.8:80 and 3 more" */
static void print_rows(const struct pending_group *p, enum diff_verb verb, const char *word,
		       struct text *out)
{
	size_t n = 0;

	for (size_t i = p->first; i < p->last; i++) {
		const struct diff_row *row = &rows.rows[i];
		char buf[ADDR_TEXT];

		if (row->verb != verb || n++ >= LISTED)
			continue;
		text_printf(out, "%s%s", n > 1 ? ", " : word,
			    row->object->kind->describe(row->object->conf, buf, sizeof(buf)));
	}
	if (n > LISTED)
		text_printf(out, " and %zu more", n - LISTED);
}

static void print_pending(const struct pending_group *p, struct text *out)
{
	if (p->first == p->last || p->object == NULL)
		return;
	text_puts(out, out->len > 0 ? "; " : "");
	config_words(p->path, out);
	text_printf(out, ": %zu address%s", p->members.count, p->members.count == 1 ? "" : "es");
	print_rows(p, DIFF_ADD, ", added ", out);
	print_rows(p, DIFF_CHANGE, ", changed ", out);
	print_rows(p, DIFF_REMOVE, ", removed ", out);
}

static void log_change(void)
{
	static const struct log_subject applied = { .event = "change_applied" };
	struct text line;

	text_init(&line);
	for (const struct pending_group *p = pending; p != NULL; p = p->next)
		print_pending(p, &line);
	if (line.len > 0)
		log_about(LEVEL_NOTICE, &applied, "names: %s", text_cstr(&line));
	text_close(&line);
}

static void log_short(const struct names_group *g, unsigned before)
{
	static const struct log_subject limit = { .event = "limit_reached" };
	struct text words;

	if (g->short_of == 0 || before != 0)
		return;
	text_init(&words);
	config_words(g->path, &words);
	log_about(LEVEL_WARN, &limit,
		  "%s: no room for %u of its addresses, which are not used; raise max_backends "
		  "and restart", text_cstr(&words), g->short_of);
	text_close(&words);
}

static void put_in_force(struct pending_group *p)
{
	const struct names_group *was = names_table_group(p->path);
	unsigned before = was != NULL ? was->short_of : 0;
	struct names_group *g;

	if (p->object == NULL) {
		names_table_remove(p->path);
		return;
	}
	g = names_table_put(p->path, p->object, &p->members, p->applied);
	g->short_of = p->short_of;
	log_short(g, before);
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
