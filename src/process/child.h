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

struct config;
struct change_op;

struct child_role {
	/* Keep the operation for the commit. Its conf and arena are the role's now. */
	void (*prepare)(const struct change_op *op);
	/* Apply all that was prepared since the last commit; nothing can fail any more. */
	void (*commit)(uint64_t serial);
	/* Throw away what was prepared. */
	void (*abort)(void);
	/* An address is being given up: accept what waits in it until there is nothing, now. */
	void (*retire)(uint32_t address);
	/* Workers came, went or hung: look at the slots again. NULL: not interested. */
	void (*slots)(void);
	/* QUIT, or not wanted any more: finish what there is, then child_finish(). */
	void (*drain)(uint64_t timeout_ms);
	/* Told to stop: end everything now, then child_finish(). */
	void (*stop)(void);
	/*
	 * USR1 or a change of targets: log_file_fd() answers anew, of old ones for the last
	 * time.
	 */
	void (*logs)(void);
	/*
	 * The master has gone, and this process ends next: what the others leave in their
	 * pipes is all that can be saved. NULL: nothing to do.
	 */
	void (*orphaned)(void);
	/* Control: the answer to child_ask_reload(). NULL elsewhere. */
	void (*reload_done)(uint32_t id, bool applied, struct slice text);
};

/*
 * Attaches the channel to the loop, hands the configuration to the role as
 * operations and one commit, tells the master READY. The loop must be open.
 */
void child_serve(const struct child_role *role, const struct config *config);

/* Leaves the loop; run() then returns. */
void child_finish(void);
/* It cannot start, and has logged why: ends with status 1. */
NORETURN void child_fail(void);

/* Control: asks the master for a reload; the answer comes as reload_done(). */
void child_ask_reload(uint32_t id);

/* For spawn.c, before a signal can arrive: those that only the master acts on are ignored. */
void child_ignore_signals(void);

/* For spawn.c: this process's end of its channel, before its kind runs; and its last words. */
void child_attach(int fd);
void child_detach(void);

#endif
