/* SPDX-License-Identifier: BSD-2-Clause */
#include "mapper/script_early.h"

#include "core/list.h"
#include "event/event.h"
#include "event/timer.h"
#include "mapper/mapper_call.h"
#include "mapper/script_struct.h"

#define MOST_MS 10000	/* more than workers wait for a script that they know nothing of */
#define TICK_MS 1000

static struct list early = { &early, &early };
static struct timer timer;

static void on_due(struct timer *t)
{
	while (!list_empty(&early)) {
		struct mapper_call *call = container_of(early.next, struct mapper_call, link);

		if (loop_now() - call->arrived_ms < MOST_MS)
			break;
		mapper_call_drop(call);
	}
	if (!list_empty(&early))
		timer_set(t, TICK_MS);
}

void script_early_add(struct mapper_call *call)
{
	list_unlink(&call->link);
	list_append(&early, &call->link);
	if (timer_pending(&timer))
		return;
	timer_setup(&timer, on_due);
	timer_set(&timer, TICK_MS);
}

unsigned script_early_take(uint64_t script, struct list *calls)
{
	unsigned n = 0;

	for (struct list *at = early.next, *after = at->next; at != &early;
	     at = after, after = at->next) {
		struct mapper_call *call = container_of(at, struct mapper_call, link);

		if (call->script != script)
			continue;
		list_unlink(&call->link);
		list_append(calls, &call->link);
		n++;
	}
	return n;
}
