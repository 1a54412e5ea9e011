/* SPDX-License-Identifier: BSD-2-Clause */
/* Making a child: the fork, and everything it must undo and become before its kind runs. */
#ifndef PROCESS_SPAWN_H
#define PROCESS_SPAWN_H

#include "core/base.h"

struct child;
struct identity;

/* Who children become. */
void spawn_set_identity(const struct identity *id);

/*
 * Forks c->kind into c->slot; fills in c->pid and c->crash_fd. Returns the
 * master's end of its channel; -1 when the system refuses, which is logged.
 */
int spawn(struct child *c) MUST_CHECK;

#endif
