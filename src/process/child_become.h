/* SPDX-License-Identifier: BSD-2-Clause */
/* The child's side of the fork: everything it must undo and become before its kind runs. */
#ifndef PROCESS_CHILD_BECOME_H
#define PROCESS_CHILD_BECOME_H

#include <sys/types.h>

#include "core/base.h"

struct child;
struct identity;

struct child_descriptors {
	int   channel;	/* its end */
	int   crash;	/* where a backtrace is written to */
	pid_t master;
};

/* All signals are blocked. Exits when the kind has run. */
NORETURN void child_become(const struct child *c, const struct child_descriptors *own,
			   const struct identity *identity);

#endif
