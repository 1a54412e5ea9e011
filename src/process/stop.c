/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/stop.h"

#include <signal.h>

#include <stddef.h>

#include "core/config.h"
#include "core/log.h"
#include "core/scoreboard.h"
#include "core/text.h"
#include "core/units.h"
#include "process/addresses.h"
#include "process/children.h"
#include "process/kind.h"
#include "process/notify.h"
#include "process/reload.h"
#include "process/retire.h"
#include "process/running.h"

#define OBEY_MS 5000	/* a child that was told to stop has so long */
#define RETIRE_MS 5000	/* much longer than giving up addresses takes */
#define GRACE_MS 1000	/* beyond shutdown_timeout, at which workers cut by themselves */

enum phase {
	RUNNING,
	DELAYED,	/* readiness says no, everything else goes on */
	RETIRING,	/* addresses are given up */
	DRAINING,	/* workers finish their sessions */
	STOPPING,	/* everybody but control */
	LAST,		/* control */
};

static const struct log_subject drain_done = { .event = "drain_done" };
static enum phase phase;
static struct timer timer;

static void on_timer(struct timer *t);

void stop_open(void)
{
	timer_setup(&timer, on_timer);
}

bool stop_under_way(void)
{
	return phase != RUNNING;
}

static void kill_all(void)
{
	struct child *c;
	char name[CHILD_NAME];

	for (CHILDREN_EACH(c)) {
		if (phase == STOPPING && c->kind->slot == SLOT_CONTROL)
			continue;
		log_write(LEVEL_ERROR, "%s does not stop: killed",
			  child_name(c, name, sizeof(name)));
		kill(c->pid, SIGKILL);
	}
	timer_set(&timer, OBEY_MS);
}

static void stop_control(void)
{
	struct child *c;

	phase = LAST;
	children_keep_only(SLOT_NONE);
	for (CHILDREN_EACH(c))
		child_stop(c);
	timer_set(&timer, OBEY_MS);
	stop_child_lost();
}

static void announce(void)
{
	if (phase != RUNNING)
		return;
	atomic_store(&scoreboard_shared()->stopping, 1);
	scoreboard_publish();
	reload_close();
	notify_send("STOPPING=1");
}

void stop_now(void)
{
	struct child *c;

	if (phase >= STOPPING)
		return;
	announce();
	phase = STOPPING;
	children_keep_only(SLOT_CONTROL);
	for (CHILDREN_EACH(c)) {
		if (c->kind->slot != SLOT_CONTROL)
			child_stop(c);
	}
	timer_set(&timer, OBEY_MS);
	stop_child_lost();
}

static void drain_workers(void)
{
	uint64_t limit = running_config()->settings.shutdown_timeout_ms;
	struct child *c;

	phase = DRAINING;
	timer_cancel(&timer);
	children_keep_only(SLOT_CONTROL);
	for (CHILDREN_EACH(c)) {
		if (c->kind->slot == SLOT_WORKER)
			child_drain(c, limit);
	}
	if (limit > 0)
		timer_set(&timer, limit + GRACE_MS);
	stop_child_lost();
}

static void retire_all(void)
{
	struct list *all = addresses_all(), *node = all->next;

	phase = RETIRING;
	timer_set(&timer, RETIRE_MS);
	while (node != all) {
		struct address *a = container_of(node, struct address, link);

		node = node->next;
		if (a->state == ADDRESS_OPEN)
			retire_start(a);
	}
	stop_addresses_gone();
}

static void tell_drain(uint64_t limit)
{
	static const struct log_subject drain_started = { .event = "drain_started" };
	struct text time;

	text_init(&time);
	if (limit > 0)
		duration_print(limit, &time);
	log_about(LEVEL_NOTICE, &drain_started,
		  "draining: no new connections are accepted, open sessions have %s to finish",
		  limit > 0 ? text_cstr(&time) : "no time limit");
	text_close(&time);
}

void stop_gracefully(void)
{
	if (phase != RUNNING) {
		stop_now();
		return;
	}
	announce();
	tell_drain(running_config()->settings.shutdown_timeout_ms);
	phase = DELAYED;
	timer_set(&timer, running_config()->settings.drain_delay_ms);
}

void stop_addresses_gone(void)
{
	if (phase == RETIRING && !retire_busy())
		drain_workers();
}

void stop_child_lost(void)
{
	unsigned control = children_count(SLOT_CONTROL), all = children_count(SLOT_NONE);

	if (phase == DRAINING && children_count(SLOT_WORKER) == 0) {
		log_about(LEVEL_NOTICE, &drain_done, "drained: no client is left");
		stop_now();
	}
	else if (phase == STOPPING && all == control)
		stop_control();
	else if (phase == LAST && all == 0)
		loop_stop();
}

static void on_timer(struct timer *t)
{
	(void)t;
	if (phase == DELAYED)
		retire_all();
	else if (phase == RETIRING)
		drain_workers();
	else if (phase == DRAINING)
		stop_now();
	else if (phase >= STOPPING)
		kill_all();
}
