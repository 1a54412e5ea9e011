/* SPDX-License-Identifier: BSD-2-Clause */
/* Starts a child: the master's side of the fork. The child's side is child_become.c. */
#ifndef PROCESS_CHILD_START_H
#define PROCESS_CHILD_START_H

#include "core/base.h"

struct child;
struct identity;

/* The user that children become. */
void child_start_set_identity(const struct identity *id);

/*
 * Forks c->kind into c->slot; fills in c->pid and c->crash_fd. Returns the
 * master's end of its channel; -1 when the system refuses, which is logged.
 */
int child_start(struct child *c) MUST_CHECK;

#endif
