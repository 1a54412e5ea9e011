/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The event loop: descriptors, timers, deferred work. One loop per process.
 *
 * An owner embeds a struct event and sets its interest with event_want().
 * That is only a note: the kernel is called at most once per loop iteration, just
 * before the loop sleeps. To the owner readiness is level-triggered: a handler
 * may stop at any time and is called again. Inside, epoll is edge-triggered and
 * the loop remembers what was reported; event_drained() notes that a read or
 * write would block now. A missing event_drained() costs an iteration, never a hang.
 *
 * An iteration (in names: a turn) is: sleep, call the handlers of a batch of
 * events, run due timers, run deferred work. Nothing that a handler can reach is
 * freed inside a batch: loop_defer() frees it after the batch.
 */
#ifndef EVENT_EVENT_H
#define EVENT_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"
#include "core/list.h"
#include "event/timer.h"

struct event;
struct event_ops;
struct deferred;

enum {
	EVENT_READ = 1,
	EVENT_WRITE = 2,
	EVENT_HUP = 4,		/* the peer has finished sending: a short read is the last */
	EVENT_ERROR = 8,	/* the next read or write says which; reported once */
	/* urgent bytes, or descriptors in a unix stream, make short reads: one is not the end */
	EVENT_URGENT = 16,
};

typedef void event_handler(struct event *ev, unsigned ready);

struct event {
	int            fd;		/* -1 once closed */
	uint8_t        want;		/* interest of the owner */
	uint8_t        armed;		/* interest that the kernel knows */
	uint8_t        ready;		/* reported and not drained */
	uint8_t        flags;		/* the loop's */
	uint16_t       generation;	/* differs in reports about the descriptor's last owner */
	uint8_t        lazy;		/* iterations left before it is armed */
	struct list    link;		/* on one of the loop's lists */
	event_handler *handler;
};

struct deferred {
	struct list link;
	void      (*run)(struct deferred *d);
};

/* Opens the back-end with that name; NULL or "auto": the best one. false: unknown, or errno. */
bool loop_open(const char *name) MUST_CHECK;
/* A back-end that is not in the table (the control process: libevent). */
bool loop_open_with(const struct event_ops *ops) MUST_CHECK;
void loop_close(void);			/* also in a child after fork, for its parent's loop */
const char *loop_name(void);
void loop_run(void);			/* until loop_stop() */
void loop_stop(void);
uint64_t loop_now(void);		/* monotonic milliseconds, as of this turn */
uint64_t loop_now_us(void);
uint64_t loop_wall_ms(void);		/* since 1970, as of this turn */
void loop_defer(struct deferred *d, void (*run)(struct deferred *));

/*
 * Adds a function that is called once per iteration before the loop sleeps: heartbeat, log
 * flushes. At most 4.
 */
void loop_before_sleep(void (*hook)(void));

void event_setup(struct event *ev, int fd, event_handler *handler);
void event_want(struct event *ev, unsigned want);
/*
 * Wants READ, but the kernel is called only if the event is still open and idle
 * after a few iterations, or before the loop sleeps: a session that is over by then
 * saves the call. With `try` the handler is called once with EVENT_READ before
 * that, unless the loop is about to sleep.
 */
void event_want_lazily(struct event *ev, bool try);
void event_drained(struct event *ev, unsigned what);	/* READ or WRITE would block */
/*
 * For listeners and descriptors that other processes hold too: level-triggered; with
 * `exclusive` the kernel wakes one process only.
 */
void event_set_shared(struct event *ev, bool exclusive);
void event_forget(struct event *ev);	/* removes it from the loop; the descriptor stays open */
void event_close(struct event *ev);	/* the same, and closes the descriptor */

#endif
