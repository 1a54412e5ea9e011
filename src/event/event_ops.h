/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A back-end of the loop, and what it may call. Only back-ends and the loop itself
 * include this.
 */
#ifndef EVENT_EVENT_OPS_H
#define EVENT_EVENT_OPS_H

#include <stdbool.h>

#include "core/base.h"

struct event;

/* In event.flags. */
enum {
	/* others hold the descriptor: level-triggered, and closing it does not remove it */
	EVENT_SHARED = 1,
	EVENT_EXCLUSIVE = 2,	/* wakes one of the processes that wait */
};

/* One kernel interface; the rows are in event.c, best first. */
struct event_ops {
	const char *name;
	bool        edge;	/* reports once; the loop remembers until drained */
	bool (*open)(void);
	void (*close)(void);
	/*
	 * Sets the kernel's interest to event_interest(); ev->armed is the one before. false:
	 * errno.
	 */
	bool (*arm)(struct event *ev);
	void (*forget)(struct event *ev);	/* before the descriptor is closed or given away */
	/* Sleeps (-1: until something happens), calls loop_woke(), then event_report() for each. */
	bool (*wait)(int timeout_ms);
};

/* After a sleep: reads the time. */
void loop_woke(void);
/* Reports an event to its owner; for each of a batch. */
void event_report(struct event *ev, unsigned ready);
/* What an event has to be armed for: READ, WRITE, ERROR; 0: nothing. */
unsigned event_interest(const struct event *ev);

#endif
