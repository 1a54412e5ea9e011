/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "config/config_edit.h"
#include "core/arena.h"
#include "core/map.h"

/* The later row counts; what both say is said. */
static void replace(struct diff_row *row, struct diff_row *later, struct arena *arena)
{
	if (later->text[0] == '\0')
		later->text = row->text;
	else if (row->text[0] != '\0')
		later->text = arena_printf(arena, "%s\n%s", row->text, later->text);
	object_release(row->object);
	row->object = NULL;
}

/* What the row is when it is the only one of its object. false: it is none. */
static bool make_net(const struct config *from, struct diff_row *row)
{
	const struct object *old = config_get(from, row->path);

	if (row->verb == DIFF_REMOVE)
		return old != NULL;
	row->verb = old != NULL ? DIFF_CHANGE : DIFF_ADD;
	return old == NULL || old->order != row->object->order ||
	       !object_equals(old, row->object->conf);
}

static size_t depth_of(const char *path)
{
	size_t above;

	(void)config_path_kind(path, &above);
	return *path == '\0' ? 0 : above == 0 ? 1 : 2;
}

static int by_need(const void *left, const void *right)
{
	const struct diff_row *a = left, *b = right;
	bool a_goes = a->verb == DIFF_REMOVE, b_goes = b->verb == DIFF_REMOVE;
	size_t x = depth_of(a->path), y = depth_of(b->path);

	if (a_goes != b_goes)
		return a_goes ? 1 : -1;
	if (x != y)
		return (x < y) != a_goes ? -1 : 1;
	return strcmp(a->path, b->path);
}

void config_edit_join(const struct config *from, struct config_diff *diff, struct arena *arena)
{
	struct map last = { .release = NULL };
	size_t kept = 0;

	for (size_t i = 0; i < diff->count; i++) {
		struct diff_row *row = &diff->rows[i];
		struct diff_row *before = map_get(&last, slice_of(row->path));

		if (before != NULL)
			replace(before, row, arena);
		map_set(&last, slice_of(row->path), row);
	}
	map_clear(&last);
	for (size_t i = 0; i < diff->count; i++) {
		struct diff_row row = diff->rows[i];

		if (row.object == NULL)
			continue;
		if (make_net(from, &row))
			diff->rows[kept++] = row;
		else
			object_release(row.object);
	}
	diff->count = kept;
	if (kept > 1)
		qsort(diff->rows, kept, sizeof(*diff->rows), by_need);
}
