/* SPDX-License-Identifier: BSD-2-Clause */
/* Looks once a second whether every child's loop still turns, and aborts the one that does not. */
#ifndef PROCESS_WATCHDOG_H
#define PROCESS_WATCHDOG_H

/*
 * Counts the master's own ticks, not time: a pause of the whole machine is one
 * tick. Leaves stopped and traced children alone. Aborts one child a tick.
 */
void watchdog_open(void);

#endif
