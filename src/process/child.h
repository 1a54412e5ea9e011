/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A child's side of the house: the channel to the master, the changes that
 * come over it, its beat. A kind gives a row of functions and is called; it
 * never reads the channel itself. All of them run between turns of the loop.
 */
#ifndef PROCESS_CHILD_H
#define PROCESS_CHILD_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"
#include "core/slice.h"
#include "process/child_role.h"

struct config;
struct named_addresses;
struct process_kind;

/*
 * Attaches the channel to the loop, hands the configuration to the role as
 * operations and one commit, tells the master READY. The loop must be open.
 */
void child_serve(const struct child_role *role, const struct config *config);

/* Leaves the loop; run() then returns. */
void child_finish(void);
/* It cannot start, and has logged why: ends with status 1. */
NORETURN void child_fail(void);

/*
 * Requests something of the master: enum request_verb and its value of at most MESSAGE_VALUE_MAX
 * bytes. The result comes as request_done(), when every process has put the change in place.
 * false: the value is too long.
 */
bool child_request(uint32_t id, unsigned verb, struct slice value) MUST_CHECK;
/* The addresses of a name, of a kind with KIND_RESOLVES. */
void child_names(const struct named_addresses *names);
/* The answer to role.persist(): the change is on disk, or `why` it is not. */
void child_persisted(bool ok, const char *why);

/* The answer to role.resolve(), forget() and item(). */
void child_resolved(uint32_t id, enum request_outcome outcome);

/* For child_become.c, before a signal can arrive: ignores those that are for the master. */
void child_ignore_signals(void);

/* For child_become.c: this process's end of its channel, before its kind runs; and after it. */
void child_attach(int fd, const struct process_kind *kind);
void child_detach(void);

#endif
