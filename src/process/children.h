/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table of the master's children, one for each slot of the scoreboard, and what is sent to
 * them. Nothing here ever waits for a child. Who starts and replaces them is supervisor.c.
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
	int      crash_fd;	/* the backtrace of a crash is read from it; -1 */
	uint64_t born_ms;	/* loop clock */
	bool     ready;
	bool     leaving;	/* was sent a drain or a stop: not replaced, its end is no loss */
	bool     stopping;	/* was sent a stop */
	/* transaction.c's */
	uint64_t prepared, persisted, committed;	/* numbers of the last it answered */
	uint64_t persisting;	/* of the last that it was to write to disk */
	bool     refused;
	bool     behind;	/* had not answered the change before this one */
	char     why[MESSAGE_WHY];	/* it refused */
	uint32_t round;		/* listen_close.c's: of the last message that it answered */
	/* watchdog.c's */
	uint64_t beats;
	unsigned missed;
	bool     warned, aborted;
};

void children_open(uint32_t slots);
void children_close(void);	/* none is left */
struct child *children_at(uint32_t slot);	/* pid 0: nobody */
/* The next child that lives, from `slot` on; NULL: no more. */
struct child *children_next(uint32_t slot);
#define CHILDREN_EACH(c) (c) = children_next(0); (c) != NULL; (c) = children_next((c)->slot + 1)

/* To those whose kind has one of these traits; CHILDREN_ALL: to all. */
#define CHILDREN_ALL 0
void children_send_kind(const struct process_kind *kind, enum message_kind message,
			const void *payload, size_t len);
void children_send(unsigned traits, enum message_kind message, const void *payload, size_t len);
/*
 * Operations of so many bytes are being sent to all: a queue that is longer only by those is no
 * sign of a child that does not read.
 */
void children_expect(size_t bytes);
void children_send_to(struct child *c, enum message_kind message, const void *payload, size_t len);
void children_drain(struct child *c, uint64_t timeout_ms);
void children_stop(struct child *c);
/* One that cannot be worked with. */
void children_abort(struct child *c, const char *why);

unsigned children_count(unsigned traits);	/* alive; as in children_send() */

#define CHILDREN_NAME 64
/* "worker 1 (pid 77)" */
const char *children_name(const struct child *c, char *buf, size_t size);

#endif
