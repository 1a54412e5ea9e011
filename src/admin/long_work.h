/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An answer about ten thousand backends, or a change of so many, keeps the control process from
 * its event loop for a while. Loops of such work count their steps here, and what cannot wait so
 * long is done in between: the pipes of busy workers do not hold many log lines, and the watchdog
 * wants heartbeats.
 */
#ifndef ADMIN_LONG_WORK_H
#define ADMIN_LONG_WORK_H

#define LONG_WORK_STEPS 256	/* between two calls of the handler */

/* `between` must not change services or backends: the loop goes on over them. NULL: nothing. */
void long_work_open(void (*between)(void));
/* One step is done, such as a backend written. */
void long_work_step(void);

#endif
