/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The loop's timers: a binary heap whose entries carry their own key. Moving a
 * timer to later only writes its `when`; the heap finds out when the old key
 * comes up. For event.c alone.
 */
#ifndef EVENT_TIMER_H
#define EVENT_TIMER_H

#include <stdbool.h>
#include <stdint.h>

struct timer;

/* When to look next, in loop milliseconds; UINT64_MAX: no timers. */
uint64_t timers_next(void);
/* The handler of everything due at `now` is called. */
void timers_run(uint64_t now);
void timers_close(void);

#endif
