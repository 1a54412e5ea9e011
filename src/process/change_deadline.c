/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/change_deadline.h"

#include <stdint.h>

#include "config/config.h"
#include "core/clock.h"
#include "event/event.h"
#include "process/running.h"

#define OPERATIONS_A_MS 4	/* a slow machine takes this long for them */

static struct timer timer;
static uint64_t deadline;	/* of clock_ms() */
static uint64_t limit;		/* for all phases */
static void (*over)(void);

static void on_timer(struct timer *t)
{
	(void)t;
	over();
}

/* Until `rest` milliseconds before the deadline, and at least `least`. */
static void wait_until(uint64_t rest, uint64_t least)
{
	uint64_t now = clock_ms(), until = deadline - rest;

	if (until < now + least)
		until = now + least;
	timer_set(&timer, until - loop_now());	/* this turn may have been a long one */
}

void change_deadline_open(void (*given)(void))
{
	over = given;
	timer_setup(&timer, on_timer);
}

void change_deadline_begin(size_t operations)
{
	limit = running_config()->settings->change_timeout_ms + operations / OPERATIONS_A_MS;
	deadline = clock_ms() + limit;
}

void change_deadline_prepare(bool persists)
{
	wait_until(persists ? limit / 3 : 0, 0);
}

/*
 * Changes that were submitted meanwhile have waited for the earlier one already, and would wait as
 * long again.
 */
void change_deadline_persist(bool busy)
{
	if (busy)
		wait_until(limit, limit / 8);
	else
		wait_until(0, limit / 3);
}

void change_deadline_commit(void)
{
	wait_until(0, limit / 8);
}

void change_deadline_cancel(void)
{
	timer_cancel(&timer);
}
