/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checks once a second whether the event loop of every child runs, and aborts the one whose loop
 * does not. Leaves children alone that somebody has stopped or traces: Linux reports that.
 */
#ifndef PROCESS_WATCHDOG_H
#define PROCESS_WATCHDOG_H

struct child;

/* Counts the master's own ticks, not time: a pause of the whole machine is one tick. */
void watchdog_open(void);
/* A child that was sent a stop obeys even if somebody's SIGSTOP holds it. */
void watchdog_wake(const struct child *c);

#endif
