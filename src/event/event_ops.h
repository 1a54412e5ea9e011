/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a back-end of the loop is, and what it may call. Only back-ends and the
 * loop itself include this.
 */
#ifndef EVENT_EVENT_OPS_H
#define EVENT_EVENT_OPS_H

#include <stdbool.h>

#include "core/base.h"
#include "event/event.h"

/* In event.flags. */
enum {
	EVENT_SHARED = 1,	/* others hold the descriptor: level-triggered, removed in words */
	EVENT_EXCLUSIVE = 2,	/* wake one process of those that wait */
};

/* One kernel interface; the rows are in event.c, best first. */
struct event_ops {
	const char *name;
	bool        edge;	/* reports once; the loop remembers until drained */
	bool (*open)(void);
	void (*close)(void);
	/*
	 * Makes the kernel's view equal event_interest(); ev->armed is what it was. false:
	 * errno.
	 */
	bool (*arm)(struct event *ev);
	void (*forget)(struct event *ev);	/* before the descriptor is closed or given away */
	/* Sleeps (-1: until something happens), calls loop_woke(), then event_report() for each. */
	bool (*wait)(int timeout_ms);
};

/* A back-end that is not in the table (the control process: libevent). */
bool loop_open_with(const struct event_ops *ops) MUST_CHECK;

/* It has slept: the time is read anew. */
void loop_woke(void);
/* What the kernel says of an event; for each of a batch. */
void event_report(struct event *ev, unsigned ready);
/* What it should be armed for: READ, WRITE, ERROR; 0: not at all. */
unsigned event_interest(const struct event *ev);

#endif
