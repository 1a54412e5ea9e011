/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/pool_source.h"

#include <stdlib.h>
#include <string.h>

#include "config/config_types.h"
#include "core/cache_item.h"
#include "core/log.h"
#include "core/pool_table.h"
#include "event/event.h"
#include "process/kept_changes.h"

#define TABLE_MS 5000	/* that a table may be missing, of a source that comes or goes */

static struct list sources, prepared;
static bool opened, all_filled;

static void open_lists(void)
{
	if (opened)
		return;
	list_init(&sources);
	list_init(&prepared);
	opened = true;
}

bool pool_source_prepare(const struct change_op *op)
{
	if (op->kind != &config_subscription_kind && op->kind != &config_cache_kind)
		return false;
	open_lists();
	kept_changes_add(&prepared, op);
	return true;
}

void pool_source_abort(void)
{
	open_lists();
	kept_changes_drop(&prepared);
}

struct pool_source *pool_source_next(const struct pool_source *after)
{
	const struct list *node;

	open_lists();
	node = after != NULL ? after->link.next : sources.next;
	return node != &sources ? container_of(node, struct pool_source, link) : NULL;
}

struct pool_source *pool_source_find(const struct object_kind *kind, const char *name)
{
	struct pool_source *s = NULL;

	while ((s = pool_source_next(s)) != NULL) {
		if (s->object->kind == kind && strcmp(s->object->name, name) == 0)
			return s;
	}
	return NULL;
}

static void forget(struct pool_source *s)
{
	list_unlink(&s->link);
	subscribed_regexps_close(&s->regexps);
	object_release(s->object);
	free(s);
}

static void apply(struct change_op *op)
{
	const char *name = op->path + strlen(op->kind->section) + 1;
	struct pool_source *s = pool_source_find(op->kind, name);

	if (op->verb == CHANGE_DELETE) {
		if (s != NULL)
			forget(s);
		return;
	}
	if (s == NULL) {
		s = calloc(1, sizeof(*s));
		CHECK(s != NULL);
		list_append(&sources, &s->link);
		all_filled = false;
	} else {
		object_release(s->object);
	}
	s->object = op->object;
	op->object = NULL;
}

void pool_source_commit(void)
{
	open_lists();
	kept_changes_apply(&prepared, apply);
}

void pool_source_close(void)
{
	pool_source_abort();
	while (!list_empty(&sources))
		forget(container_of(sources.next, struct pool_source, link));
}

bool pool_source_has_table(struct pool_source *s)
{
	if (s->found && shared_table_valid(&s->table))
		return true;
	s->found = s->object->kind == &config_cache_kind
		? cache_item_table_find(s->object->name, &s->table)
		: pool_table_find(s->object->name, &s->table);
	return s->found;
}

bool pool_source_fills(struct pool_source *s)
{
	if (pool_source_has_table(s)) {
		s->missing_ms = 0;
		return !shared_table_filled(&s->table);
	}
	if (s->missing_ms == 0)
		s->missing_ms = loop_now();
	return loop_now() - s->missing_ms < TABLE_MS;
}

bool pool_source_all_filled(void)
{
	struct pool_source *s = NULL;

	while (!all_filled && (s = pool_source_next(s)) != NULL) {
		if (pool_source_fills(s))
			return false;
	}
	all_filled = true;
	return true;
}

bool pool_source_any(struct pool_source *s)
{
	return pool_source_has_table(s) && shared_table_count(&s->table) != 0;
}
