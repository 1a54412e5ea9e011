/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Keeps the children alive: supervisor_reconcile() makes what runs equal to what is wanted, by the
 * rows of kind.h; everything else only notes what happened. Never waits for a child.
 */
#ifndef PROCESS_SUPERVISOR_H
#define PROCESS_SUPERVISOR_H

#include <stdbool.h>
#include <stdint.h>

#include "core/log.h"

struct child;
struct message;

struct supervisor_watch {
	void (*message)(struct child *c, const struct message *m);	/* by the rules */
	void (*started)(struct child *c);	/* right after its fork: nothing was sent yet */
	void (*lost)(struct child *c);	/* has ended; its slot is still its own */
	void (*unable)(void);	/* one could not be forked; it is tried again */
	void (*reaped)(void);	/* all that have ended are out of the table */
	bool (*may_start)(void);	/* whether a child may be forked now */
	enum log_level ordinary;	/* of lines about starts, and ends that were wanted */
};

void supervisor_open(const struct supervisor_watch *watch);

/* Starts what is missing and drains what is too many. Call it whenever either may have changed. */
void supervisor_reconcile(void);
/* No kind is wanted any more but those that stop last; or none at all. */
void supervisor_keep_last(void);
void supervisor_keep_none(void);
/* Kinds that drain are not wanted until it is called with false. */
void supervisor_hold_drained(bool hold);

/* SIGCHLD. */
void supervisor_reap(void);

bool supervisor_all_ready(void);	/* everything wanted is there and READY */
/* The file was read again, and is in force: who has the trait for it is notified. */
void supervisor_reloaded(void);

#endif
