/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A process of a script, behind its fork: it loads the language and the script, and answers calls
 * one after the other. It has nothing of heddle but a stream to the mapper process and the door to
 * caches, no memory that is shared with others; what it writes to standard output and error goes to
 * the log. The first byte in the stream says that it has closed all else; frames follow.
 */
#ifndef MAPPER_SCRIPT_CHILD_H
#define MAPPER_SCRIPT_CHILD_H

#include <stdint.h>
#include <sys/types.h>

#include "core/base.h"

struct script_conf;

struct script_child {
	const struct script_conf *conf;
	uint64_t script;		/* config_script_id() */
	uint32_t generation;
	const char *cache;		/* that is meant where none is named; NULL: the first one */
	pid_t    parent;		/* the mapper process */
	int      stream, out, err;	/* its ends */
};

NORETURN void script_child_run(const struct script_child *child);

/* For others that run code of a script: all signals as a new program has them, own group. */
void script_child_signals(void);

#endif
