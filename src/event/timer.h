/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Timers. An owner embeds a struct timer; its handler is called by the event loop, once, when the
 * time has come. The timers of a process are a binary heap whose entries carry their own key:
 * moving a timer to later only writes its `when`, and the entry is moved when the old key comes up.
 */
#ifndef EVENT_TIMER_H
#define EVENT_TIMER_H

#include <stdbool.h>
#include <stdint.h>

struct timer;

typedef void timer_handler(struct timer *t);

struct timer {
	uint64_t       when;	/* milliseconds, loop clock */
	uint32_t       slot;	/* 1-based index in the heap; 0 when idle */
	timer_handler *handler;
};

void timer_setup(struct timer *t, timer_handler *handler);
void timer_set(struct timer *t, uint64_t after_ms);	/* from loop_now(); re-setting is cheap */
void timer_cancel(struct timer *t);

static inline bool timer_pending(const struct timer *t)
{
	return t->slot != 0;
}

/* For event.c alone. The time from which timer_set() counts, in loop milliseconds. */
void timers_set_now(uint64_t now);
/* When the first timer is due; UINT64_MAX: there is none. */
uint64_t timers_next(void);
/* Calls the handler of everything that is due at `now`. */
void timers_run(uint64_t now);
void timers_close(void);

#endif
