/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/stop.h"

#include <signal.h>

#include <stddef.h>

#include "config/config.h"
#include "core/text.h"
#include "core/units.h"
#include "os/notify.h"
#include "process/change_queue.h"
#include "process/children.h"
#include "process/kind.h"
#include "process/listen_close.h"
#include "process/running.h"
#include "process/supervisor.h"
#include "process/watchdog.h"

#define OBEY_MS 5000	/* from a stop to a kill */
#define WORK_MS 25000	/* to a kill of one that says that it works; -s stop waits longer */
#define BEAT_MS 1500	/* since it has said so */
#define AGAIN_MS 500
#define CLOSE_MS 5000	/* much longer than closing addresses takes */
#define GRACE_MS 1000	/* beyond shutdown_timeout, at which workers cut by themselves */

enum stop_phase {
	RUNNING,
	DELAYED,	/* readiness answers 503, nothing else has changed */
	CLOSING,	/* addresses are being closed */
	DRAINING,	/* workers finish their sessions */
	STOPPING,	/* everybody but those that stop last */
	LAST,		/* those */
};

static const struct log_subject drain_done = { .event = "drain_done" };
static enum stop_phase phase;
static struct timer timer;
static uint64_t stopped_ms;	/* loop clock: when children were told to stop */

static void on_timer(struct timer *t);
static void on_address_closed(void);

void stop_open(void)
{
	listen_close_watch(on_address_closed);
	timer_setup(&timer, on_timer);
}

bool stop_under_way(void)
{
	return phase != RUNNING;
}

/* It writes what is to be there after the stop, and the disk is slow. */
static bool is_at_work(const struct child *c)
{
	uint64_t beat = scoreboard_slot(c->slot)->beat_ms;

	return kind_has(c->kind, KIND_RESOLVES) && loop_now() - stopped_ms < WORK_MS &&
	       loop_now() < beat + BEAT_MS;
}

static void kill_all(void)
{
	uint64_t next = OBEY_MS;
	struct child *c;
	char name[CHILDREN_NAME];

	for (CHILDREN_EACH(c)) {
		if (phase == STOPPING && kind_has(c->kind, KIND_STOPS_LAST))
			continue;
		if (is_at_work(c)) {
			next = AGAIN_MS;
			continue;
		}
		log_write(LEVEL_ERROR, "%s does not stop: killed",
			  children_name(c, name, sizeof(name)));
		kill(c->pid, SIGKILL);
	}
	timer_set(&timer, next);
}

static void stop_child(struct child *c)
{
	children_stop(c);
	watchdog_wake(c);
}

static void stop_last(void)
{
	struct child *c;

	phase = LAST;
	supervisor_keep_none();
	for (CHILDREN_EACH(c))
		stop_child(c);
	timer_set(&timer, OBEY_MS);
	stop_child_lost();
}

static void announce(void)
{
	if (phase != RUNNING)
		return;
	atomic_store(&scoreboard_shared()->stopping, 1);
	scoreboard_publish();
	change_queue_close("heddle is stopping");
	notify_send("STOPPING=1");
}

void stop_now(void)
{
	struct child *c;

	if (phase >= STOPPING)
		return;
	announce();
	phase = STOPPING;
	stopped_ms = loop_now();
	supervisor_keep_last();
	for (CHILDREN_EACH(c)) {
		if (!kind_has(c->kind, KIND_STOPS_LAST))
			stop_child(c);
	}
	timer_set(&timer, OBEY_MS);
	stop_child_lost();
}

static void drain(void)
{
	uint64_t limit = running_config()->settings->shutdown_timeout_ms;
	struct child *c;

	phase = DRAINING;
	timer_cancel(&timer);
	supervisor_keep_last();
	for (CHILDREN_EACH(c)) {
		if (kind_has(c->kind, KIND_DRAINS))
			children_drain(c, limit);
	}
	if (limit > 0)
		timer_set(&timer, limit + GRACE_MS);
	stop_child_lost();
}

static void close_all(void)
{
	phase = CLOSING;
	timer_set(&timer, CLOSE_MS);
	listen_close_all();
	on_address_closed();
}

static void log_drain(uint64_t limit)
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
	log_drain(running_config()->settings->shutdown_timeout_ms);
	phase = DELAYED;
	timer_set(&timer, running_config()->settings->drain_delay_ms);
}

static void on_address_closed(void)
{
	if (phase == CLOSING && !listen_close_busy())
		drain();
}

void stop_child_lost(void)
{
	unsigned last = children_count(KIND_STOPS_LAST), all = children_count(CHILDREN_ALL);

	if (phase == DRAINING && children_count(KIND_DRAINS) == 0) {
		log_about(LEVEL_NOTICE, &drain_done, "drained: no client is left");
		stop_now();
	}
	else if (phase == STOPPING && all == last)
		stop_last();
	else if (phase == LAST && all == 0)
		loop_stop();
}

static void on_timer(struct timer *t)
{
	(void)t;
	if (phase == DELAYED)
		close_all();
	else if (phase == CLOSING)
		drain();
	else if (phase == DRAINING)
		stop_now();
	else if (phase >= STOPPING)
		kill_all();
}
