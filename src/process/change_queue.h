/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The queue of changes: one at a time goes through its states, and whoever wants one only submits
 * it. While one is PREPARING nobody else touches cells, addresses or log files.
 *
 *   PROPOSED    in the queue, behind those that were submitted before
 *   PREPARING   built against what is in force, prepared here and in every child
 *   PERSISTING  written to disk, where there is a state file; a reload does not wait for it
 *   COMMITTING  in force here; children put it in place and confirm
 *   DONE        answered; all have confirmed it, or it was refused
 */
#ifndef PROCESS_CHANGE_QUEUE_H
#define PROCESS_CHANGE_QUEUE_H

#include <stdbool.h>

#include "config/config_diff.h"
#include "core/list.h"

struct node;

enum change_result {
	CHANGE_APPLIED,
	CHANGE_UNCHANGED,
	CHANGE_REFUSED,		/* build() has; from here on nothing has changed */
	CHANGE_CONFLICT,	/* something could not be opened, no room, a process cannot */
	CHANGE_NOT_DURABLE,	/* it could not be written to disk */
	CHANGE_ABORTED,		/* heddle stops */
};

/* Who submitted it: the first word of its lines in the log says so. */
enum change_origin { ORIGIN_FILE, ORIGIN_API, ORIGIN_DNS };

struct change {
	struct list        link;
	enum change_origin origin;
	/*
	 * PREPARING: fills `diff` from what is in force now. false, and told in errors: refused.
	 * Rows of `diff` live until done() is called.
	 */
	bool (*build)(struct change *change, struct conf_errors *errors);
	/* DONE: the change is the caller's again. `errors`: why it was refused, and warnings. */
	void (*done)(struct change *change, enum change_result result,
		     const struct conf_errors *errors);
	struct config_diff diff;	/* its operations */
	/*
	 * Of the base: a reload alone changes it. `base_same`: with the rows of `diff`, and these
	 * make it what is in force.
	 */
	struct config_diff base;
	bool               base_same;
	const char        *by;		/* who made it: "file", "api NAME", "dns" */
	const struct node *tree;	/* the file that they come from; NULL: no file */
	void              *arg;		/* the caller's */
};

void change_queue_open(void);
void change_queue_submit(struct change *change);
/*
 * A stop has begun: the change that is not decided yet is refused, as are those that wait and
 * those that come.
 */
void change_queue_close(const char *why);
bool change_queue_closed(void);

#endif
