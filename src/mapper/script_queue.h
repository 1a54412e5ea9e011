/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The calls of one script that wait for a process, in lanes: a call for a key that has lately used
 * up its limit, or ended the process that was asked, takes no process from the others. Each time
 * that happens a time of care begins: as long as it lasts, keys that were answered in time have a
 * lane of their own, and processes that only they use (script_pool.c); other keys may be like it.
 */
#ifndef MAPPER_SCRIPT_QUEUE_H
#define MAPPER_SCRIPT_QUEUE_H

#include <stdbool.h>

#include "mapper/mapper_call.h"

struct script;

void script_queue_add(struct script *s, struct mapper_call *call);
/* Those that were there before the script: script_early.h. */
void script_queue_add_early(struct script *s);
struct mapper_call *script_queue_any(const struct script *s);	/* NULL: there is none */
/*
 * The next call of a lane; NULL: there is none. Those before it that nobody waits for any more are
 * forgotten, and so are those that would not be answered in time, by what calls took so far, where
 * others wait behind them: else each would be made just too late.
 */
struct mapper_call *script_queue_first(struct script *s, enum call_lane lane);
/* The same for all lanes. */
void script_queue_drop_late(struct script *s);

/* A call of the queue waits until the one that is under way for its key is over. */
void script_queue_put_back(struct script *s, struct mapper_call *call);
/* The process has answered. */
void script_queue_answered(struct script *s, const struct mapper_call *call);
/* The call has used up its limit; this may be told more than once. */
void script_queue_hold(struct script *s, const struct mapper_call *call);
/* It has ended its process. */
void script_queue_lost(struct script *s, const struct mapper_call *call);
/* Ends the time of care, if it is over; it began with the last script_queue_hold(). */
void script_queue_tick(struct script *s);

#endif
