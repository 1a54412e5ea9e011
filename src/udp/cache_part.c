/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/cache_part.h"

#include <inttypes.h>
#include <string.h>

#include "config/config_types.h"
#include "core/text.h"
#include "event/event.h"
#include "process/kept_changes.h"
#include "udp/cache_leave.h"
#include "udp/cache_persist.h"
#include "udp/cache_server.h"
#include "udp/caches.h"
#include "udp/known_part.h"
#include "udp/pool_owner.h"
#include "udp/resolver_report.h"

#define SWEEP_MS 100
#define CLEAN_MS 1	/* where lines are to be found that have gone */
#define IDLE_MS 1000	/* no cache has an item */

static struct list prepared;
static struct timer sweep;	/* runs while there is a cache */

static bool uses(struct slice table)
{
	size_t prefix = sizeof(CACHE_TABLE_PREFIX) - 1;

	return slice_starts(table, CACHE_TABLE_PREFIX) &&
	       caches_find(slice_after(table, prefix)) != NULL;
}

static bool takes(const struct object_kind *kind)
{
	return kind == &config_cache_kind || kind == &config_cache_entry_kind;
}

static bool prepare(const struct change_op *op, char *why)
{
	(void)why;
	if (op->object != NULL)
		object_hold(op->object);
	kept_changes_add(&prepared, op);
	return true;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool same_lines(const struct cache_conf *a, const struct cache_conf *b)
{
	return a->file_version == b->file_version && same_text(a->file, b->file) &&
	       same_text(a->nodes, b->nodes);
}

static void put_cache(struct cache *c, struct object *object)
{
	bool reads = c == NULL || !same_lines(c->conf, object->conf);

	if (c == NULL)
		c = caches_add(object);
	else
		cache_set_object(c, object);
	c->unread |= reads;
	c->changed |= reads && !c->found;
}

/* "caches/NAME", or "caches/NAME/entries/KEY" */
static void apply(struct change_op *op)
{
	const char *name = op->path + strlen(config_cache_kind.section) + 1;
	size_t len = strcspn(name, "/");
	struct cache *c = caches_find((struct slice){ name, len });
	bool put = op->verb == CHANGE_PUT;

	if (op->kind == &config_cache_kind && put)
		put_cache(c, op->object);
	else if (op->kind == &config_cache_kind && c != NULL)
		caches_remove(c, true);
	else if (c != NULL && put)
		cache_put_entry(c, op->object);
	else if (c != NULL)
		cache_delete_entry(c, slice_of(name + len + strlen(op->kind->section) + 2));
	if (put && (op->kind == &config_cache_kind || c != NULL))
		op->object = NULL;
}

static void commit(uint64_t serial, const char *by)
{
	struct cache *c = NULL;

	(void)serial;
	if (list_empty(&prepared))
		return;
	/* a reload runs all scripts, behind the commit */
	while (strcmp(by, "file") == 0 && (c = caches_next(c)) != NULL)
		cache_leave_begin(c);
	kept_changes_apply(&prepared, apply);
	c = NULL;
	while ((c = caches_next(c)) != NULL) {
		cache_entries_set(c);
		cache_note_filled(c);
	}
	if (caches_next(NULL) != NULL)
		timer_set(&sweep, CLEAN_MS);
	resolver_report_changed();
}

static void abandon(void)
{
	kept_changes_drop(&prepared);
}

static void on_sweep(struct timer *t)
{
	struct cache *c = NULL;
	bool soon = false, any = false;
	uint64_t before = 0, after = 0;

	while ((c = caches_next(c)) != NULL) {
		before += cache_items(c);
		soon |= cache_sweep(c, loop_wall_ms());
		cache_note_filled(c);
		after += cache_items(c);
		any |= cache_items(c) != 0;
	}
	pool_owner_collect();
	if (before != after)
		resolver_report_changed();
	if (caches_next(NULL) != NULL)
		timer_set(t, soon ? CLEAN_MS : any ? SWEEP_MS : IDLE_MS);
}

static bool open_part(void)
{
	caches_open();
	list_init(&prepared);
	timer_setup(&sweep, on_sweep);
	known_part_also(uses);
	return cache_server_open();
}

/* There is no successor for the items. */
static void orphaned(void)
{
	struct cache *c = NULL;

	while ((c = caches_next(c)) != NULL)
		cache_persist_finish(c);
}

/* Its items stay, for the successor. */
static void close_part(void)
{
	struct cache *c;

	timer_cancel(&sweep);
	cache_server_close();
	while ((c = caches_next(NULL)) != NULL)
		caches_remove(c, false);
	kept_changes_drop(&prepared);
}

static void print_one(const struct cache *c, struct text *out)
{
	text_json(out, slice_of(c->object->name));
	text_printf(out, ":{\"items\":%" PRIu64 ",\"bytes\":%" PRIu64 ",\"sets\":%" PRIu64
		    ",\"removed\":%" PRIu64 ",\"refused\":%" PRIu64
		    ",\"turned_away\":%" PRIu64 ",\"lines\":%u,\"bad_lines\":%u,"
		    "\"reading\":%s,\"persisted\":%" PRIu64 ",\"persist_failing\":%s}",
		    cache_items(c), c->usable ? shared_table_bytes(&c->table) : 0, c->sets,
		    c->removed, c->refused, c->turned_away, c->reader.lines.number, c->reader.bad,
		    c->reader.fd != -1 || c->loading != NULL ? "true" : "false",
		    c->persist.written,
		    c->persist.failing[0] != '\0' || c->persist.held ? "true" : "false");
}

static void print(struct text *out)
{
	struct cache *c = NULL;
	const char *comma = "";

	text_putc(out, '{');
	while ((c = caches_next(c)) != NULL) {
		text_puts(out, comma);
		print_one(c, out);
		comma = ",";
	}
	text_putc(out, '}');
}

const struct resolver_part cache_part = {
	.name = "caches",
	.open = open_part,
	.close = close_part,
	.takes = takes,
	.prepare = prepare,
	.commit = commit,
	.abort = abandon,
	.orphaned = orphaned,
	.report = print,
};
