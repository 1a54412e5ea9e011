/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How long a change waits for the children. Its client waits for the sum of all phases, so there
 * is one deadline, change_timeout after the change began: a phase leaves the next one its part, and
 * has a part of its own even when others have used up the time. In all that is change_timeout and
 * an eighth of it. What is done when the time of a phase is over is the business of transaction.c.
 */
#ifndef PROCESS_CHANGE_DEADLINE_H
#define PROCESS_CHANGE_DEADLINE_H

#include <stdbool.h>
#include <stddef.h>

/* `over`: the time of a phase is over. */
void change_deadline_open(void (*over)(void));
/* Now, with so many operations sent: thousands of them have more time. */
void change_deadline_begin(size_t operations);
/* `persists`: a write to disk comes next. */
void change_deadline_prepare(bool persists);
/* `busy`: the process that writes to disk has not ended an earlier change. */
void change_deadline_persist(bool busy);
void change_deadline_commit(void);
/* The phase is over before its time. */
void change_deadline_cancel(void);

#endif
