/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kinds of process that the master keeps alive. A new kind is a file, a row in modules.c,
 * a value of enum slot_kind and its name in the stats.
 */
#ifndef PROCESS_KIND_H
#define PROCESS_KIND_H

#include "core/scoreboard.h"

struct config;
struct settings;

struct process_kind {
	const char    *name;	/* "worker": process title, log prefix, stats */
	enum slot_kind slot;
	unsigned     (*count)(const struct settings *settings);
	/* In the child right after fork, with the master's privileges. NULL: nothing to do. */
	void         (*start)(const struct config *config);
	/* After they are gone. Opens the loop, calls child_serve(), runs; returns to exit(0). */
	void         (*run)(const struct config *config);
};

extern const struct process_kind *const process_kinds[];	/* modules.c; NULL at the end */

#endif
