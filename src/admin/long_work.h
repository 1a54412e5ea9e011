/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A change of ten thousand backends keeps the control process from its event loop for a while.
 * Loops of such work count their steps here, and what cannot wait so long is done in between: the
 * pipes of busy workers do not hold many log lines, and the watchdog wants heartbeats. Answers do
 * not need it: see long_answer.h.
 */
#ifndef ADMIN_LONG_WORK_H
#define ADMIN_LONG_WORK_H

#define LONG_WORK_STEPS 256	/* between two calls of the handler */

/* `between` must not change services or backends: the loop goes on over them. NULL: nothing. */
void long_work_open(void (*between)(void));
/* One step is done, such as an edit applied. */
void long_work_step(void);

#endif
