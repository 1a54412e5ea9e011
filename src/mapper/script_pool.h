/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The processes of one script: how many there are, which of them gets the next call, which have
 * had their time. script.c decides when.
 */
#ifndef MAPPER_SCRIPT_POOL_H
#define MAPPER_SCRIPT_POOL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct script;
struct script_process;
struct script_process_handlers;

/* Starts those that are missing, of each generation that is wanted. */
void script_pool_fill(struct script *s, const struct script_process_handlers *handlers);
/* Calls that wait go to processes that are idle, as many at a time as are configured. */
void script_pool_dispatch(struct script *s);
/* Kills those whose call takes ten times the limit, and those that take too long to load or end. */
void script_pool_kill_late(struct script *s);
void script_pool_kill(struct script *s, uint32_t generation);	/* 0: none */
void script_pool_kill_all(struct script *s);
/* All of other generations end when they have answered. */
void script_pool_leave_but(struct script *s, uint32_t generation);
/* How many of a generation have loaded the script, and are there. */
unsigned script_pool_loaded(const struct script *s, uint32_t generation);
/* ... and how many of it are still loading it. */
unsigned script_pool_loading(const struct script *s, uint32_t generation);
/* One is being waited for. */
bool script_pool_busy(const struct script *s);
struct script_process *script_pool_find(const struct script *s, pid_t pid);	/* NULL */

#endif
