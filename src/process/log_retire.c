/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/log_retire.h"

#include "event/event.h"
#include "process/log_files.h"
#include "process/log_hand_over.h"
#include "process/objects_free.h"
#include "process/transaction.h"

#define LOOK_MS 1000

static struct timer timer;

/*
 * A worker hands its lines over before it confirms a change, and later ones are for new files.
 * The last lines of a removed service may be as old as LOG_MS: two looks are much longer.
 */
static bool may_close(uint64_t change)
{
	return transaction_confirmed(change) && !objects_free_pending(change);
}

static void on_timer(struct timer *t)
{
	/* not between a proposal and its decision: what is wanted is just being found out */
	if (!transaction_busy() && log_files_release(may_close))
		log_hand_over();
	if (log_files_leaving())
		timer_set(t, LOOK_MS);
}

void log_retire_open(void)
{
	timer_setup(&timer, on_timer);
}

void log_retire_start(void)
{
	if (log_files_leaving() && !timer_pending(&timer))
		timer_set(&timer, LOOK_MS);
}
