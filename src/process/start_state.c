/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/start_state.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "config/config_merge.h"
#include "config/config_tree.h"
#include "config/item.h"
#include "core/arena.h"
#include "core/log.h"
#include "core/text.h"
#include "process/names_table.h"
#include "process/objects.h"
#include "process/running.h"
#include "process/state_fork.h"

#define NOTES 16

static const struct log_subject state_restored = { .event = "state_restored" };
static const struct log_subject state_damaged = { .event = "state_damaged" };

/* Lines for the log, which opens later. */
static struct note {
	enum log_level level;
	const struct log_subject *about;
	const char    *text;
} notes[NOTES];
static size_t count;
static struct arena *arena;	/* of the notes and of `health`; NULL: there are none */
static const struct node *health;
static bool unused;

static void note(enum log_level level, const struct log_subject *about, const char *text)
{
	if (count < NOTES)
		notes[count++] = (struct note){ level, about, text };
	else
		notes[NOTES - 1] = (struct note){ level, about, "... and more" };
}

static void note_origin(const char *path, const struct state_read *read)
{
	if (read->origin == STATE_PREVIOUS) {
		note(LEVEL_ERROR, &state_damaged,
		     arena_printf(arena, "%s; the file of before is used instead: %s.old, "
				  "generation %" PRIu64 ". The last change may be missing. The "
				  "damaged file is kept as %s.damaged", read->why, path,
				  read->document.generation, path));
	} else if (read->origin == STATE_DAMAGED) {
		note(LEVEL_ERROR, &state_damaged,
		     arena_printf(arena, "%s; %s; started from the configuration file alone: what "
				  "the API had changed is lost. The damaged file is kept as "
				  "%s.damaged", read->why, read->why_old, path));
	} else if (read->document.unsealed) {
		note(LEVEL_WARN, &state_restored,
		     arena_printf(arena, "%s: it has no checksum, as after an edit; used as it is",
				  path));
	}
}

/* What a state file cannot say, in the words that the file would get. */
static void note_unreadable(const char *path, const struct conf_errors *errors)
{
	note(LEVEL_ERROR, &state_damaged,
	     arena_printf(arena, "%s: what it holds cannot be used; started from the configuration "
			  "file alone: what the API had changed is lost. The file is kept as "
			  "%s.damaged", path, path));
	for (size_t i = 0; i < errors->count; i++) {
		const struct conf_error *e = &errors->list[i];

		if (e->level == CONF_ERROR)
			note(LEVEL_ERROR, &state_damaged,
			     arena_printf(arena, "%s: %s: %s", path, e->path, e->message));
	}
}

struct trees {
	struct config *file, *running, *base;	/* base NULL: the file is */
};

static bool read_trees(const struct state_document *d, struct trees *t, const char *path)
{
	struct conf_errors wrong;
	bool ok;

	conf_errors_init(&wrong, arena);
	t->running = config_tree_read(d->running, t->file, &wrong);
	ok = t->running != NULL;
	if (ok && d->base != NULL) {
		t->base = config_tree_read(d->base, t->file, &wrong);
		ok = t->base != NULL;
	}
	if (!ok)
		note_unreadable(path, &wrong);
	conf_errors_close(&wrong);
	return ok;
}

/* The file's warnings have been told; those of the merge are about what both changed. */
static void note_warnings(const struct conf_errors *errors, size_t from)
{
	for (size_t i = from; i < errors->count; i++) {
		const struct conf_error *e = &errors->list[i];

		if (e->level == CONF_WARNING)
			note(LEVEL_WARN, &state_restored,
			     arena_printf(arena, "%s: %s", e->path, e->message));
	}
}

static bool merge(struct config_file *file, struct trees *t, struct conf_errors *errors)
{
	const struct config *base = t->base != NULL ? t->base : t->file;
	const char *path = file->settings->state;
	size_t from = errors->count;

	if (!config_merge(file, base, t->running, errors)) {
		conf_fail(errors, CONF_ERROR, NULL, "state",
			  "the configuration file and %s together cannot be; change the file, or "
			  "move %s away to start without what the API had changed", path, path);
		return false;
	}
	if (!config_merge_same(base, t->running))
		note(LEVEL_NOTICE, &state_restored,
		     arena_printf(arena, "%s: what the API had changed is in force again", path));
	note_warnings(errors, from);
	return true;
}

static bool apply(struct config_file *file, const struct state_read *read,
		  struct conf_errors *errors)
{
	struct trees t = { .file = config_new(file) };
	bool ok = true;

	if (read_trees(&read->document, &t, file->settings->state)) {
		health = read->document.health;
		ok = merge(file, &t, errors);
	} else {
		unused = true;
	}
	config_free(t.running);
	config_free(t.base);
	if (ok)
		running_set_base(t.file);
	else
		config_free(t.file);
	return ok;
}

bool start_state(struct config_file *file, const struct identity *identity,
		 struct conf_errors *errors)
{
	struct state_files files = state_read_files(file->settings);
	struct state_read read;

	if (file->settings->state == NULL)
		return true;
	arena = arena_new();
	state_fork_read(&files, identity, arena, &read);
	if (read.origin == STATE_ABSENT)
		return true;
	if (read.origin == STATE_UNKNOWN) {
		conf_fail(errors, CONF_ERROR, NULL, "state",
			  "%s; heddle does not start without what the API had changed", read.why);
		return false;
	}
	note_origin(file->settings->state, &read);
	unused = read.origin != STATE_CURRENT;
	if (read.origin == STATE_DAMAGED)
		return true;
	return apply(file, &read, errors);
}

static void restore_one(const struct config *config, struct slice name, struct slice word)
{
	const char *slash = memchr(name.data, '/', name.len);
	struct text path;

	if (slash == NULL)
		return;
	text_init(&path);
	text_printf(&path, "services/%.*s/backends%.*s", (int)(slash - name.data), name.data,
		    (int)(name.data + name.len - slash), slash);
	objects_restore(config, text_cstr(&path),
			slice_is(word, "checking") ? HEALTH_CHECKING : HEALTH_DOWN);
	text_close(&path);
}

bool start_state_cells(const struct config *config, struct conf_errors *errors)
{
	if (!objects_take_all(config, errors))
		return false;
	for (size_t i = 0; health != NULL && i < health->count; i++) {
		const struct node *word = health->items[i];

		if (word->kind == NODE_SCALAR)
			restore_one(config, health->keys[i]->value, word->value);
	}
	names_table_begin(config);
	return true;
}

void start_state_log(void)
{
	for (size_t i = 0; i < count; i++)
		log_about(notes[i].level, notes[i].about, "%s", notes[i].text);
	arena_free(arena);
	arena = NULL;
	health = NULL;
	count = 0;
}

bool start_state_unused(void)
{
	return unused;
}
