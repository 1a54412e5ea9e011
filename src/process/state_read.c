/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/state_read.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "config/config_structs.h"
#include "config/shuttle_config.h"
#include "config/shuttle_document.h"
#include "core/arena.h"
#include "core/json_node.h"
#include "core/text.h"
#include "os/durable_file.h"
#include "process/state_shuttle.h"

struct state_files state_read_files(const struct settings *settings)
{
	return (struct state_files){ settings->state, shuttle_config_dialect(settings) };
}

/* One of shuttle's begins with a list or has none of our members; its reader says the rest. */
static bool read_document(struct slice text, const struct state_files *files,
			  struct arena *arena, struct state_read *out, char *wrong)
{
	const struct node *root;
	char other[JSON_NODE_WHY], ours[STATE_DOCUMENT_WHY];

	out->shuttle = false;
	if (state_document_read(text, arena, &out->document, wrong))
		return true;
	root = text.len > 0 ? json_node_read(text, arena, other) : NULL;
	snprintf(ours, sizeof(ours), "%s", wrong);
	out->shuttle = root != NULL && shuttle_document_is(root) &&
		       state_shuttle_read(text, files->dialect, arena, &out->document, ours);
	return out->shuttle;
}

/* DURABLE_FILE_READ: it is good. */
static enum durable_file_result read_one(const char *path, const struct state_files *files,
					 struct arena *arena, struct state_read *out, char *why)
{
	char wrong[STATE_DOCUMENT_WHY];
	enum durable_file_result result;
	struct text text;

	text_init(&text);
	result = durable_file_read(path, &text, why, STATE_READ_WHY);
	if (result == DURABLE_FILE_READ &&
	    !read_document(text_slice(&text), files, arena, out, wrong)) {
		snprintf(why, STATE_READ_WHY, "%s: %s", path, wrong);
		result = DURABLE_FILE_UNREADABLE;
	}
	text_close(&text);
	return result;
}

/*
 * A file that is not there was removed by somebody, who wants a start without it; unless a write
 * was cut off on a file system without second names, which leaves FILE.new.
 */
static bool was_removed(const char *path)
{
	char fresh[DURABLE_FILE_PATH];

	return !durable_file_beside(path, "new", fresh) || access(fresh, F_OK) == -1;
}

/* The file itself is damaged, and it cannot be seen whether the one before is. */
static void unknown(struct state_read *out)
{
	out->origin = STATE_UNKNOWN;
	memcpy(out->why, out->why_old, sizeof(out->why));
}

void state_read(const struct state_files *files, struct arena *arena, struct state_read *out)
{
	const char *path = files->path;
	enum durable_file_result result;
	char old[DURABLE_FILE_PATH];

	*out = (struct state_read){ .origin = STATE_CURRENT };
	result = read_one(path, files, arena, out, out->why);
	if (result == DURABLE_FILE_READ)
		return;
	out->origin = STATE_UNKNOWN;
	if (result == DURABLE_FILE_SHORTAGE)
		return;
	out->origin = STATE_ABSENT;
	if (result == DURABLE_FILE_MISSING && was_removed(path))
		return;
	if (result == DURABLE_FILE_MISSING)
		snprintf(out->why, sizeof(out->why), "%s: a write was cut off", path);
	out->origin = STATE_DAMAGED;
	if (!durable_file_beside(path, "old", old))
		return;
	result = read_one(old, files, arena, out, out->why_old);
	if (result == DURABLE_FILE_READ)
		out->origin = STATE_PREVIOUS;
	else if (result == DURABLE_FILE_SHORTAGE)
		unknown(out);
	else if (result == DURABLE_FILE_MISSING)
		snprintf(out->why_old, sizeof(out->why_old), "%.256s.old: there is none", path);
}

bool state_read_good(const struct state_files *files)
{
	struct arena *arena = arena_new();
	struct state_read read;
	bool good = read_one(files->path, files, arena, &read, read.why) == DURABLE_FILE_READ;

	arena_free(arena);
	return good;
}
