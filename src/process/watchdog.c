/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/watchdog.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "config/config.h"
#include "core/log.h"
#include "event/event.h"
#include "process/children.h"
#include "process/running.h"

#define TICK_MS 1000
#define AFTERLIFE 3	/* ticks that an aborted child has for its backtrace */

static struct timer tick;
static const struct log_subject process_hung = { .event = "process_hung" };

/* Third field of /proc/PID/stat, behind a name that may hold anything; '?' where there is none. */
static char state_of(pid_t pid)
{
	char path[64], line[512];
	const char *end = NULL;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
	f = fopen(path, "re");
	if (f == NULL)
		return '?';
	if (fgets(line, sizeof(line), f) != NULL)
		end = strrchr(line, ')');
	fclose(f);
	return end != NULL && end[1] == ' ' ? end[2] : '?';
}

/* By a signal. Where the system does not show it, false; likewise below. */
static bool is_stopped(pid_t pid)
{
	return state_of(pid) == 'T';
}

/* By a debugger. */
static bool is_traced(pid_t pid)
{
	char path[64], line[256];
	bool found = false;
	long tracer = 0;
	FILE *f;

	if (state_of(pid) == 't')
		return true;
	snprintf(path, sizeof(path), "/proc/%ld/status", (long)pid);
	f = fopen(path, "re");
	if (f == NULL)
		return false;
	while (!found && fgets(line, sizeof(line), f) != NULL)
		found = sscanf(line, "TracerPid: %ld", &tracer) == 1;
	fclose(f);
	return tracer != 0;
}

void watchdog_wake(const struct child *c)
{
	/* one that is stopped could not obey; to others the signal may do harm (ptrace) */
	if (c->stopping && is_stopped(c->pid))
		kill(c->pid, SIGCONT);
}

/* true: it was sent a signal. */
static bool put_down(struct child *c)
{
	char name[CHILDREN_NAME];

	children_name(c, name, sizeof(name));
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
	char name[CHILDREN_NAME];

	c->warned = true;
	log_about(LEVEL_WARN, &process_hung, "%s has not run its event loop for %u s",
		  children_name(c, name, sizeof(name)), c->missed);
}

static bool check(struct child *c, bool may_abort)
{
	uint64_t beats = atomic_load(&scoreboard_slot(c->slot)->beats);
	uint64_t limit = running_config()->settings->watchdog_ms;

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
	if (is_stopped(c->pid) || is_traced(c->pid)) {
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
		watchdog_wake(c);	/* a SIGSTOP may take effect after the stop was sent */
		aborted |= check(c, !aborted);
	}
	timer_set(t, TICK_MS);
}

void watchdog_open(void)
{
	timer_setup(&tick, on_tick);
	timer_set(&tick, TICK_MS);
}
