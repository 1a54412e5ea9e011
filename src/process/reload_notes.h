/* SPDX-License-Identifier: BSD-2-Clause */
/* What a reload has to do although the directives are the same: rows of its difference. */
#ifndef PROCESS_RELOAD_NOTES_H
#define PROCESS_RELOAD_NOTES_H

struct arena;
struct config_diff;

/* Unix sockets whose path was removed, and files that have changed. The text is in `arena`. */
void reload_notes_add(struct config_diff *diff, struct arena *arena);

#endif
