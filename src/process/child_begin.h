/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a child begins with: everything that it inherited by fork, as operations of a first change.
 * Objects are used as they are, and copies of sockets that it has no use for are closed.
 */
#ifndef PROCESS_CHILD_BEGIN_H
#define PROCESS_CHILD_BEGIN_H

#include <stdbool.h>

struct change_op;
struct config;
struct process_kind;

typedef bool child_prepare(const struct change_op *op, char *why);

/*
 * Calls `prepare` for everything that a process of that kind is sent. false: it cannot be prepared,
 * and `why` (MESSAGE_WHY bytes) says so.
 */
bool child_begin(const struct config *config, const struct process_kind *kind,
		 child_prepare *prepare, char *why);

#endif
