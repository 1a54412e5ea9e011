/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/reload_notes.h"

#include "config/config.h"
#include "config/config_diff.h"
#include "config/config_types.h"
#include "core/arena.h"
#include "process/kind_files.h"
#include "process/listen_table.h"
#include "process/running.h"

struct notes {
	struct config_diff *diff;
	struct arena       *arena;
};

static void note_lost(struct object *object, struct object *parent, const char *path, void *arg)
{
	const struct listen_conf *listen = object->conf;
	const struct notes *to = arg;
	char text[ADDR_TEXT];

	if (!object->kind->listens || !listen_table_lost(&listen->addr))
		return;
	const struct diff_row row = {
		.verb = DIFF_CHANGE, .path = arena_strdup(to->arena, path),
		.object = object_hold(object),
		.text = arena_printf(to->arena, "%s.%s.%s: %s bound again, its path was "
				     "removed or replaced", parent->kind->section, parent->name,
				     object->kind->section,
				     addr_print(&listen->addr, text, sizeof(text))),
	};

	config_diff_add(to->diff, to->arena, &row);
}

/* A row of the settings: the one that is there, or one that changes nothing. */
static void note_settings(const struct notes *to, const char *text)
{
	struct diff_row row = { .verb = DIFF_CHANGE, .path = "", .text = text };

	for (size_t i = 0; i < to->diff->count; i++) {
		if (to->diff->rows[i].path[0] == '\0')
			return;
	}
	row.object = object_hold(config_get(running_config(), ""));
	config_diff_add(to->diff, to->arena, &row);
}

static void note_lost_admin(const struct notes *to)
{
	const struct admin_listeners *listen = &running_config()->settings->admin.listen;
	char text[ADDR_TEXT];

	for (uint32_t i = 0; i < listen->count; i++) {
		if (listen_table_lost(&listen->at[i].use.addr))
			note_settings(to, arena_printf(to->arena, "admin.listen: %s bound again, "
						       "its path was removed or replaced",
						       addr_print(&listen->at[i].use.addr, text,
								  sizeof(text))));
	}
}

void reload_notes_add(struct config_diff *diff, struct arena *arena)
{
	struct notes to = { diff, arena };

	config_each(running_config(), "", note_lost, &to);
	note_lost_admin(&to);
	if (kind_files_differ())
		note_settings(&to, "admin: certificate, key or tokens have changed");
}
