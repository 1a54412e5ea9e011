/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads the state file in a short-lived process with the rights of the children: the master, which
 * may be root, parses nothing that others can write. It gets trees of nodes through a pipe.
 */
#ifndef PROCESS_STATE_FORK_H
#define PROCESS_STATE_FORK_H

#include "process/state_read.h"

struct identity;

/*
 * As state_read(); a process that ends without an answer leaves STATE_DAMAGED; one that is killed,
 * or that cannot be forked, STATE_UNKNOWN.
 */
void state_fork_read(const struct state_files *files, const struct identity *identity,
		     struct arena *arena, struct state_read *out);

#endif
