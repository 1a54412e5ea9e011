/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Work that may block, done by a few threads of the process so that its event loop never waits:
 * calls on files. The threads begin with the first work, handle no signals, and touch nothing but
 * the work that they run: no log, no counters, no memory of others. An owner has one piece of
 * work under way at a time, so the queue is as long as there are owners at most.
 */
#ifndef EVENT_WORK_H
#define EVENT_WORK_H

#include <stdbool.h>

#include "core/base.h"
#include "core/list.h"

/* Embedded in its owner, which must stay until done() was called or work_cancel() was true. */
struct work {
	struct list link;		/* work.c */
	bool        waits;		/* work.c: in the queue */
	void (*run)(struct work *w);	/* in a thread */
	void (*done)(struct work *w);	/* in the loop, once run() has returned */
};

/*
 * Needs an open loop. Works are begun in the order in which they were added. false: no thread can
 * be started (errno), and nothing was added.
 */
bool work_add(struct work *w) MUST_CHECK;

/*
 * true: it had not begun, and neither run() nor done() is called. false: run() has begun, and
 * done() will be called.
 */
bool work_cancel(struct work *w);

/*
 * At the end of the process, before loop_close(): waits until all works have run, calls their
 * done(), and joins the threads.
 */
void work_close(void);

#endif
