/* SPDX-License-Identifier: BSD-2-Clause */
#include "config/config_edit.h"

#include <string.h>

#include "config/config_part.h"
#include "config/config_tree.h"
#include "config/config_types.h"
#include "config/config_words.h"
#include "config/item.h"
#include "core/arena.h"
#include "core/log.h"
#include "core/text.h"

static bool fail(const struct config_edit *edit, const char *why, struct conf_errors *errors)
{
	struct text words;

	text_init(&words);
	config_words(edit->path, &words);
	conf_fail(errors, CONF_ERROR, NULL, text_cstr(&words), "%s", why);
	text_close(&words);
	return false;
}

struct place {
	const struct object_kind *kind;
	uint32_t                  last;
};

/* The place behind all others of its kind. */
static void last_place(const struct config_node *child, void *arg)
{
	struct place *place = arg;
	const struct object *object = config_object(child);

	if (object->kind == place->kind && object->order >= place->last)
		place->last = object->order + 1;
}

static void set_order(const struct config *now, const char *path, struct item *item)
{
	const struct object *old = config_get(now, path);
	size_t above;
	struct text parent;
	struct place place = { .kind = item->kind };

	if (old != NULL) {
		item->order = old->order;
		return;
	}
	text_init(&parent);
	(void)config_path_kind(path, &above);
	text_append(&parent, path, above);
	config_each_below(config_at(now, text_cstr(&parent)), last_place, &place);
	text_close(&parent);
	item->order = place.last;
}

/* An object without what is below it: a warning that it has no backends would not be true. */
static struct item *read_own(struct config_file *file, const struct config *now, const char *path,
			     const struct node *tree, struct conf_errors *errors)
{
	struct conf_errors found;
	struct item *item;

	conf_errors_init(&found, file->arena);
	item = config_part_read(file, now, path, tree, &found);
	for (size_t i = 0; i < found.count; i++) {
		const struct conf_error *e = &found.list[i];

		if (e->level == CONF_ERROR)
			*conf_fail(errors, CONF_ERROR, NULL, e->path, "%s", e->message) = *e;
	}
	conf_errors_close(&found);
	return item;
}

struct inherit {
	const struct config *now;
	struct config_file  *file;	/* with the new defaults */
	struct arena        *arena;
	struct config_diff  *diff;
	struct conf_errors  *errors;
	const struct config_edit *later;
	size_t               later_count;
	bool                 ok;
};

/* An edit that comes later reads it again, or removes it. */
static bool is_edited(const struct inherit *in, const char *path)
{
	for (size_t i = 0; i < in->later_count; i++) {
		if (strcmp(in->later[i].path, path) == 0)
			return true;
	}
	return false;
}

/* The same directives as before on top of other defaults. */
static void inherit_again(struct object *object, struct object *parent, const char *path,
			  void *arg)
{
	struct inherit *in = arg;
	struct node *tree;
	struct item *item;

	(void)parent;
	if (!object->kind->inherits || is_edited(in, path))
		return;
	tree = config_tree(in->now, path, 0, in->arena);
	item = read_own(in->file, in->now, path, tree, in->errors);
	if (item == NULL) {
		in->ok = false;
		return;
	}
	item->order = object->order;
	config_diff_item(in->now, item, path, true, in->arena, in->diff);
}

static bool put(const struct config *now, const struct config_edit *edit, size_t count,
		struct arena *arena, struct config_diff *diff, struct conf_errors *errors)
{
	struct config_file *file = config_part_new(now, arena);
	struct inherit in = { now, file, arena, diff, errors, edit + 1, count - 1, true };
	bool whole = edit->verb == EDIT_PUT;
	struct item *item = (whole ? config_part_read : read_own)(file, now, edit->path,
								  edit->tree, errors);

	if (item == NULL)
		return false;
	set_order(now, edit->path, item);
	config_diff_item(now, item, edit->path, edit->verb == EDIT_PUT_OWN, arena, diff);
	if (item->kind->single)
		config_each(now, "", inherit_again, &in);
	return in.ok;
}

static bool is_removal(const struct config_edit *edit)
{
	return edit->verb == EDIT_DELETE || edit->verb == EDIT_CUT;
}

/* NULL: it fits what is there; else why not. */
static const char *problem(const struct config *now, const struct config_edit *edit)
{
	size_t above;
	const struct object_kind *kind = config_path_kind(edit->path, &above);
	struct text parent;
	bool orphan;

	if (kind == NULL || is_removal(edit) != (edit->tree == NULL))
		return "there is no such kind of object";
	if (*edit->path == '\0')
		return "the settings are set in the file only";
	if (is_removal(edit) && kind->single)
		return "it cannot be removed";
	if (is_removal(edit) && config_get(now, edit->path) == NULL)
		return "there is no such object";
	text_init(&parent);
	text_append(&parent, edit->path, above);
	orphan = config_at(now, text_cstr(&parent)) == NULL;
	text_close(&parent);
	return orphan ? "what it belongs to is not there" : NULL;
}

bool config_edit_diff(const struct config *now, const struct config_edit *edit,
		      struct arena *arena, struct config_diff *diff, struct conf_errors *errors)
{
	return config_edit_diff_first(now, edit, 1, arena, diff, errors);
}

bool config_edit_diff_first(const struct config *now, const struct config_edit *edit,
			    size_t count, struct arena *arena, struct config_diff *diff,
			    struct conf_errors *errors)
{
	const char *why = problem(now, edit);

	if (why != NULL)
		return fail(edit, why, errors);
	if (!is_removal(edit))
		return put(now, edit, count, arena, diff, errors);
	config_diff_remove(now, edit->path, edit->verb == EDIT_CUT, arena, diff);
	return true;
}

void config_edit_apply(struct config *next, const struct config_diff *diff, size_t from)
{
	for (size_t i = from; i < diff->count; i++) {
		const struct diff_row *row = &diff->rows[i];

		if (row->verb == DIFF_REMOVE)
			(void)config_remove(next, row->path);
		else
			CHECK(config_put(next, row->path, object_hold(row->object)));
	}
}
