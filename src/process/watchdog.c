/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/watchdog.h"

#include <signal.h>
#include <stdbool.h>

#include "core/config.h"
#include "core/log.h"
#include "event/event.h"
#include "process/children.h"
#include "process/run_state.h"
#include "process/running.h"

#define TICK_MS 1000
#define AFTERLIFE 3	/* ticks that an aborted child has for its backtrace */

static struct timer tick;
static const struct log_subject process_hung = { .event = "process_hung" };

/* true: it was sent a signal. */
static bool put_down(struct child *c)
{
	char name[CHILD_NAME];

	child_name(c, name, sizeof(name));
	if (!c->aborted) {
		log_about(LEVEL_ALERT, &process_hung,
			  "%s has not run its event loop for %u s: aborted", name, c->missed);
		kill(c->pid, SIGABRT);
	} else {
		log_about(LEVEL_ALERT, &process_hung, "%s did not end by SIGABRT: killed", name);
		kill(c->pid, SIGKILL);
	}
	c->aborted = true;
	c->missed = 0;
	return true;
}

static void warn(struct child *c)
{
	char name[CHILD_NAME];

	c->warned = true;
	log_about(LEVEL_WARN, &process_hung, "%s has not run its event loop for %u s",
		  child_name(c, name, sizeof(name)), c->missed);
}

static bool look_at(struct child *c, bool may_abort)
{
	uint64_t beats = atomic_load(&scoreboard_slot(c->slot)->beats);
	uint64_t limit = running_config()->settings.watchdog_ms;

	if (beats != c->beats || limit == 0) {
		c->beats = beats;
		c->missed = 0;
		c->warned = false;
		return false;
	}
	c->missed++;
	if ((uint64_t)c->missed * 2 * TICK_MS < limit && !c->aborted)
		return false;
	/* held by somebody: that is no fault of its own */
	if (run_state_stopped(c->pid) || run_state_traced(c->pid)) {
		c->missed = 0;
		return false;
	}
	if (c->aborted ? c->missed >= AFTERLIFE : (uint64_t)c->missed * TICK_MS >= limit)
		return may_abort && put_down(c);
	if (!c->warned && !c->aborted)
		warn(c);
	return false;
}

static void on_tick(struct timer *t)
{
	bool aborted = false;
	struct child *c;

	for (CHILDREN_EACH(c)) {
		child_wake(c);	/* a SIGSTOP may take effect only after it was told to stop */
		aborted |= look_at(c, !aborted);
	}
	timer_set(t, TICK_MS);
}

void watchdog_open(void)
{
	timer_setup(&tick, on_tick);
	timer_set(&tick, TICK_MS);
}
