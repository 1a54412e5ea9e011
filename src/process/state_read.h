/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The state file as a start and -t find it: the file, or the one before if it is damaged. Parses
 * what lies on a disk, so the master calls it in a process of its own: start_state.c.
 */
#ifndef PROCESS_STATE_READ_H
#define PROCESS_STATE_READ_H

#include "process/state_origin.h"

struct settings;
struct state_files state_read_files(const struct settings *settings);

/* Nodes live in `arena`. */
void state_read(const struct state_files *files, struct arena *arena, struct state_read *out);
/* Whether there is a file that is whole. */
bool state_read_good(const struct state_files *files);

#endif
