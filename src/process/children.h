/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The processes that the master keeps alive, one per slot of the scoreboard.
 * children_reconcile() makes what runs equal to what is wanted; everything
 * else only notes what happened. Nothing here ever waits for a child.
 */
#ifndef PROCESS_CHILDREN_H
#define PROCESS_CHILDREN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/log.h"
#include "core/scoreboard.h"
#include "process/channel.h"
#include "process/message.h"

struct process_kind;

struct child {
	pid_t    pid;		/* 0: the slot is free */
	uint32_t slot;
	const struct process_kind *kind;
	unsigned number;	/* from 0, its place among its kind; what people read is the slot */
	struct channel channel;
	int      crash_fd;	/* what it says of its own crash; -1 */
	uint64_t born_ms;	/* loop clock */
	bool     ready;
	bool     leaving;	/* was told to drain or to stop: not replaced, its end is no loss */
	bool     stopping;	/* was told to stop */
	/* transaction.c's */
	uint64_t prepared, committed;	/* numbers of the last changes it answered */
	bool     refused;
	bool     behind;	/* had not answered the change before this one */
	uint32_t error;
	uint32_t retired;	/* inbox.c's: the last round that it answered, see retire.c; 0 */
	/* watchdog.c's */
	uint64_t beats;
	unsigned missed;
	bool     warned, aborted;
};

struct children_watch {
	void (*message)(struct child *c, const struct message *m, const struct message_rule *rule);
	void (*lost)(struct child *c);	/* has ended; its slot is still its own */
	void (*unable)(void);	/* one could not be forked; it is tried again */
	void (*reaped)(void);	/* all that had ended are out of the table */
	bool (*may_start)(void);	/* whether a child may be forked now */
	enum log_level ordinary;	/* of lines about starts, and ends that were wanted */
};

void children_open(uint32_t slots, const struct children_watch *watch);
void children_close(void);	/* none is left */
enum log_level children_ordinary(void);
/* The next child that lives, from `slot` on; NULL: no more. */
struct child *children_next(uint32_t slot);
#define CHILDREN_EACH(c) (c) = children_next(0); (c) != NULL; (c) = children_next((c)->slot + 1)

/* Starts what is missing and drains what is too many. Call it whenever either may have changed. */
void children_reconcile(void);
/* No kind but control is wanted any more, or (`kept` SLOT_NONE) none at all. */
void children_keep_only(enum slot_kind kept);
/* Workers are not wanted until it is called with false. */
void children_hold_workers(bool hold);

/* SIGCHLD. */
void children_reap(void);

/* To all, or to one kind; SLOT_NONE: all. */
void children_send(enum slot_kind kind, enum message_kind message, const void *payload, size_t len);
void child_send(struct child *c, enum message_kind message, const void *payload, size_t len);
void child_drain(struct child *c, uint64_t timeout_ms);
void child_stop(struct child *c);
/* One that was told to stop obeys even if somebody's SIGSTOP holds it. */
void child_wake(struct child *c);
/* One that cannot be worked with. */
void child_abort(struct child *c, const char *why);

unsigned children_count(enum slot_kind kind);	/* alive; SLOT_NONE: all */
bool children_all_ready(void);	/* everything wanted is there and READY */

#define CHILD_NAME 64
/* "worker 1 (pid 77)" */
const char *child_name(const struct child *c, char *buf, size_t size);

#endif
