/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scripts that fill caches (`script` of a cache): each is run once when the mapper process starts
 * and by each reload, in a process of its own, which ends when the script does. The cache that it
 * means without a name is its own.
 */
#ifndef MAPPER_CACHE_SCRIPTS_H
#define MAPPER_CACHE_SCRIPTS_H

#include <stdbool.h>
#include <sys/types.h>

struct change_op;

/* true: the operation is about a cache, and its object is this file's now. */
bool cache_scripts_prepare(const struct change_op *op);
void cache_scripts_commit(void);
void cache_scripts_abort(void);
/* The caches of the configuration are there: runs all scripts; those that still run are killed. */
void cache_scripts_run(void);
/* false: it is no process of theirs. */
bool cache_scripts_reaped(pid_t pid, int status);
void cache_scripts_end(void);

#endif
