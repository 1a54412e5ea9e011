/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a kind of child does with what it is sent. All of it is called between two turns of the
 * loop.
 */
#ifndef PROCESS_CHILD_ROLE_H
#define PROCESS_CHILD_ROLE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/slice.h"
#include "process/message.h"

struct change_op;

struct child_role {
	/*
	 * Keep the operation for the commit; its object is the role's now, whatever the result.
	 * false: it cannot be done, and `why` (MESSAGE_WHY bytes) says so in a sentence.
	 */
	bool (*prepare)(const struct change_op *op, char *why);
	/*
	 * All processes have prepared the change: write it to disk, then child_persisted(). It may
	 * still be aborted, and a reload is committed without this. NULL: the kind has no trait
	 * KIND_STATE.
	 */
	void (*persist)(void);
	/*
	 * Apply all that was prepared since the last commit; nothing can fail any more. `by`: who
	 * made the change, "file" or "api NAME".
	 */
	void (*commit)(uint64_t serial, const char *by);
	/* Throw away what was prepared. */
	void (*abort)(void);
	/* An address is being closed: accept what waits in it until there is nothing, now. */
	void (*accept_waiting)(uint32_t address);	/* NULL: accepts nothing */
	/* An address was shut down: close its sockets, forget it. NULL: it has none. */
	void (*close_address)(uint32_t address);
	/* Workers came, went or hung: look at the slots again. NULL: not interested. */
	void (*slots)(void);
	/* The file was read again, and is in force: after the commit of what has changed in it. */
	void (*reloaded)(void);	/* NULL: not interested */
	/* QUIT, or not wanted any more: finish what there is, then child_finish(). */
	void (*drain)(uint64_t timeout_ms);
	/* Told to stop: end everything now, then child_finish(). */
	void (*stop)(void);
	/*
	 * USR1 or a change of targets: log_files_fd() answers anew, of old ones for the last
	 * time.
	 */
	void (*logs)(void);
	/*
	 * The master has gone, and this process ends next: what the others leave in their
	 * pipes is all that can be saved. NULL: nothing to do.
	 */
	void (*orphaned)(void);
	/* Files of its kind have changed: these bytes from the next commit on. NULL: has none. */
	void (*files)(struct slice bytes);
	/* What became of child_request(). NULL: the kind may not request anything. */
	void (*request_done)(uint32_t id, enum request_outcome outcome, uint64_t serial,
			     struct slice text);
	/* Resolve this name now, or all (empty), then child_resolved(). NULL: it resolves none. */
	void (*resolve)(uint32_t id, struct slice name);
	/* What was announced under "SERVER/KEY" goes, then child_resolved(). NULL: nothing is. */
	void (*forget)(uint32_t id, struct slice what);
	/* A message_item with its texts; then child_resolved(). NULL: there are no caches. */
	void (*item)(uint32_t id, struct slice item);
};

#endif
