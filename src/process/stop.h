/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How heddle ends. At once: all children stop, control last, since it writes
 * the logs. Gracefully: readiness answers 503 for drain_delay, addresses are
 * closed, workers finish what they have; then the same.
 */
#ifndef PROCESS_STOP_H
#define PROCESS_STOP_H

#include <stdbool.h>

void stop_open(void);
void stop_now(void);
void stop_gracefully(void);
bool stop_under_way(void);
void stop_child_lost(void);	/* a child has ended: perhaps it was the last one of its kind */

#endif
