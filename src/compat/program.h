/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An old program as a row: its name, and how a command line of it becomes
 * YAML. Translating opens nothing and starts nothing; it may resolve names.
 */
#ifndef COMPAT_PROGRAM_H
#define COMPAT_PROGRAM_H

#include <stdbool.h>

#include "core/text.h"
#include "process/master.h"

struct arena;

/* What a command line means. */
struct compat_plan {
	struct arena          *arena;	/* for what must live as long as heddle runs */
	struct text            yaml;
	bool                   print;	/* --print: show the YAML instead of running it */
	bool                   daemon;	/* detach once everything is up, as -D does */
	struct compat_messages messages;
};

enum { COMPAT_GO_ON = -1 };

struct compat_program {
	const char *name;
	/* argv[0] is the name. COMPAT_GO_ON, or the exit status after a message. */
	int (*translate)(int argc, char **argv, struct compat_plan *plan);
};

extern const struct compat_program fastrouter, shuttle, tcp_fallback, usss;

#endif
