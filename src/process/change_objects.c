/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/change_objects.h"

#include "core/text.h"
#include "process/change.h"
#include "process/names_table.h"
#include "process/objects.h"
#include "process/objects_free.h"
#include "process/running.h"
#include "process/transaction.h"

static struct config *next;	/* what is in force once the change is committed */
static struct config *before;	/* what was in force until its commit */

/* The object above `path` in a configuration; NULL: the path is the root's, or it is not there. */
static struct object *above(const struct config *config, const char *path)
{
	struct object *object = NULL;
	struct text parent;
	size_t len;

	if (*path == '\0')
		return NULL;
	text_init(&parent);
	(void)config_path_kind(path, &len);
	text_append(&parent, path, len);
	object = config_get(config, text_cstr(&parent));
	text_close(&parent);
	return object;
}

static bool is_new(const struct diff_row *row)
{
	return row->verb != DIFF_REMOVE && config_get(running_config(), row->path) == NULL;
}

/* Gives back the cells of the first `count` rows: they were never used. */
static void give_cells(const struct config_diff *diff, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (is_new(&diff->rows[i]))
			objects_give(diff->rows[i].object);
	}
}

static bool put(const struct diff_row *row, struct conf_errors *errors)
{
	const struct config *now = running_config();
	struct object *parent = above(next, row->path);
	bool running = parent != NULL && above(now, row->path) != NULL;

	if (!objects_take(row->object, config_get(now, row->path), parent, running, errors))
		return false;
	return config_put(next, row->path, object_hold(row->object));
}

/* The next configuration, every object in it with its handle. */
static bool build_next(const struct config_diff *diff, struct conf_errors *errors)
{
	next = config_share(running_config());
	for (size_t i = 0; i < diff->count; i++) {
		const struct diff_row *row = &diff->rows[i];

		if (row->verb == DIFF_REMOVE) {
			(void)config_remove(next, row->path);
		} else if (!put(row, errors)) {
			give_cells(diff, i);
			return false;
		}
	}
	return true;
}

static void drop_next(void)
{
	config_free(next);
	next = NULL;
}

const struct config *change_objects_prepare(const struct config_diff *diff,
					    struct conf_errors *errors)
{
	objects_free_run();
	if (!build_next(diff, errors))
		drop_next();
	return next;
}

void change_objects_withdraw(const struct config_diff *diff)
{
	give_cells(diff, diff->count);
	drop_next();
}

/* What a removed parent had goes with it, in the children too. */
static void send_row(const struct diff_row *row, enum change_target target)
{
	struct change_op op = { .verb = CHANGE_PUT, .kind = row->object->kind,
				.object = row->object, .path = row->path, .target = target,
				.told = names_table_receivers(row->object, row->path) };
	const struct object *old = row->object;

	if (row->quiet)
		return;
	if (row->verb == DIFF_REMOVE) {
		old = config_get(running_config(), row->path);
		if (old == NULL || (*row->path != '\0' && above(next, row->path) == NULL))
			return;
		op.verb = CHANGE_DELETE;
		op.cut = row->cut;
		op.object = NULL;
	}
	op.handle = old->handle;
	op.parent = old->parent;
	transaction_send(&op);
}

void change_objects_send(const struct config_diff *diff, bool base_too)
{
	for (size_t i = 0; i < diff->count; i++)
		send_row(&diff->rows[i], base_too ? CHANGE_BOTH : CHANGE_RUNNING);
}

void change_objects_send_base(const struct config_diff *diff)
{
	for (size_t i = 0; i < diff->count; i++) {
		const struct diff_row *row = &diff->rows[i];
		bool removed = row->verb == DIFF_REMOVE;

		transaction_send(&(struct change_op){
			.verb = removed ? CHANGE_DELETE : CHANGE_PUT, .target = CHANGE_BASE,
			.kind = row->object->kind, .path = row->path,
			.object = removed ? NULL : row->object });
	}
}

/* Before a child can count what the new address meets. */
static void reset_moved(const struct config_diff *diff)
{
	for (size_t i = 0; i < diff->count; i++) {
		const struct diff_row *row = &diff->rows[i];
		const struct object *old = config_get(running_config(), row->path);

		if (old != NULL && row->verb != DIFF_REMOVE)
			objects_moved(row->object, old, above(next, row->path));
	}
}

void change_objects_commit(const struct config_diff *diff)
{
	reset_moved(diff);
	before = running_replace(next);
	next = NULL;
}

void change_objects_committed(const struct config_diff *diff, uint64_t number)
{
	for (size_t i = 0; i < diff->count; i++) {
		const struct diff_row *row = &diff->rows[i];
		struct object *old = config_get(before, row->path);
		bool with_service = row->object->kind->cell == CELL_SERVICE ||
			above(running_config(), row->path) == NULL;

		if (old != NULL && row->verb == DIFF_REMOVE)
			objects_free_add(object_hold(old), with_service, number);
	}
	config_free(before);
	before = NULL;
}
