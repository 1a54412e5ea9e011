/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The event loop: descriptors, timers, deferred work. One loop per process.
 *
 * An owner embeds a struct event and says what it wants with event_want();
 * wanting is only a note, and the kernel is told at most once per turn, just
 * before the loop sleeps. To the owner readiness is level-triggered: a handler
 * may stop whenever it likes and is called again. Inside, epoll is edge-
 * triggered and the loop remembers what was reported: event_drained() says that
 * a read or write would block now. Forgetting it costs a turn, never a hang.
 *
 * Nothing reachable from a handler is freed inside a batch: hand it to
 * loop_defer() and it goes once the batch is done.
 */
#ifndef EVENT_EVENT_H
#define EVENT_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"
#include "core/list.h"

struct event;
struct timer;
struct deferred;

enum {
	EVENT_READ = 1,
	EVENT_WRITE = 2,
	EVENT_HUP = 4,		/* the peer has finished sending: a short read is the last */
	EVENT_ERROR = 8,	/* the next read or write tells which; told once */
	/* urgent bytes, or descriptors in a unix stream, make short reads: one is not the end */
	EVENT_URGENT = 16,
};

typedef void event_handler(struct event *ev, unsigned ready);
typedef void timer_handler(struct timer *t);

struct event {
	int            fd;		/* -1 once closed */
	uint8_t        want;		/* what the owner asked for */
	uint8_t        armed;		/* what the kernel was told */
	uint8_t        ready;		/* reported and not drained */
	uint8_t        flags;		/* the loop's */
	uint16_t       generation;	/* tells stale reports from this one's */
	uint8_t        lazy;		/* turns left before it is armed */
	struct list    link;		/* on the loop's list of events to look at */
	event_handler *handler;
};

struct timer {
	uint64_t       when;	/* milliseconds, loop clock */
	uint32_t       slot;	/* 1-based place in the heap; 0 when idle */
	timer_handler *handler;
};

struct deferred {
	struct list link;
	void      (*run)(struct deferred *d);
};

/* `name` NULL or "auto": the best there is. false: unknown here, or errno. */
bool loop_open(const char *name) MUST_CHECK;
void loop_close(void);			/* a child after fork drops its parent's loop with it */
const char *loop_name(void);
void loop_run(void);			/* until loop_stop() */
void loop_stop(void);
uint64_t loop_now(void);		/* monotonic milliseconds, as of this turn */
uint64_t loop_now_us(void);
uint64_t loop_wall_ms(void);		/* since 1970, as of this turn */
void loop_defer(struct deferred *d, void (*run)(struct deferred *));

/*
 * Called once per turn before sleeping, with the time the turn began: beats, log
 * flushes. At most 4.
 */
void loop_before_sleep(void (*hook)(void));

void event_setup(struct event *ev, int fd, event_handler *handler);
void event_want(struct event *ev, unsigned want);
/*
 * Wants READ, but the kernel is told only if the event is still open and idle
 * after a few turns, or before the loop sleeps: sessions that are over by then
 * save the call. With `try` the handler is called once with EVENT_READ before
 * that, unless the loop is about to sleep.
 */
void event_want_lazily(struct event *ev, bool try);
void event_drained(struct event *ev, unsigned what);	/* READ or WRITE would block */
/*
 * Listeners and descriptors that others hold too: level-triggered; `exclusive` wakes
 * one process.
 */
void event_set_shared(struct event *ev, bool exclusive);
void event_forget(struct event *ev);	/* out of the loop; the descriptor stays open */
void event_close(struct event *ev);	/* and closed */

void timer_setup(struct timer *t, timer_handler *handler);
void timer_set(struct timer *t, uint64_t after_ms);	/* from loop_now(); re-setting is cheap */
void timer_cancel(struct timer *t);

static inline bool timer_pending(const struct timer *t)
{
	return t->slot != 0;
}

#endif
