/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/worker.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "config/config.h"
#include "core/log_pipe.h"
#include "event/event.h"
#include "event/work.h"
#include "process/change.h"
#include "process/child.h"
#include "process/kind.h"
#include "proxy/listeners.h"
#include "proxy/registry.h"
#include "proxy/session_all.h"
#include "proxy/session_cut.h"

#define UPDATE_MS 250
#define SWEEP_MS 1000
#define LOG_MS 100

static struct timer update_timer, sweep_timer, log_timer, drain_timer;

static unsigned count(const struct config *config)
{
	return config->settings->workers;
}

static bool limits_change;	/* by the change that is prepared: of services, or for all */

static bool prepare(const struct change_op *op, char *why)
{
	(void)why;
	limits_change |= op->kind != NULL && op->kind->cell != CELL_BACKEND;
	session_cut_prepare(op);
	if (!registry_prepare(op) && !listeners_prepare(op))
		object_release(op->object);
	return true;
}

/* Services before listeners, which refer to them; sessions last, which may be with what leaves. */
static void commit(uint64_t serial, const char *by)
{
	(void)by;
	(void)serial;
	registry_commit();
	listeners_commit();
	/* a thousand changes of backends a second have no time for every session */
	if (limits_change)
		session_all_changed(registry_settings());
	else
		session_all_backends_changed();
	limits_change = false;
	session_cut_commit();
}

static void abort_change(void)
{
	registry_abort();
	listeners_abort();
	limits_change = false;
	session_cut_abort();
}

static void on_update(struct timer *t)
{
	listeners_update();
	timer_set(t, UPDATE_MS);
}

static void on_sweep(struct timer *t)
{
	session_all_sweep();
	timer_set(t, SWEEP_MS);
}

/* Access lines wait a little for company; a full buffer flushes itself. */
static void on_log(struct timer *t)
{
	(void)t;
	(void)log_pipe_flush();
}

static void before_sleep(void)
{
	if (log_pipe_pending() && !timer_pending(&log_timer))
		timer_set(&log_timer, LOG_MS);
}

static void all_gone(void)
{
	(void)log_pipe_flush();
	child_finish();
}

static void on_drain_over(struct timer *t)
{
	(void)t;
	session_all_end(NULL, NULL, REASON_SHUTDOWN_TIMEOUT);
}

/* Sessions go on; clients that wait in the sockets are left to other workers. */
static void drain(uint64_t timeout_ms)
{
	listeners_stop();
	if (timeout_ms != 0)
		timer_set(&drain_timer, timeout_ms);
	session_all_when_none(all_gone);
}

static void stop(void)
{
	listeners_stop();
	session_all_end(NULL, NULL, REASON_SHUTDOWN_TIMEOUT);
	session_all_when_none(all_gone);
}

static const struct child_role role = {
	.prepare = prepare,
	.commit = commit,
	.abort = abort_change,
	.accept_waiting = listeners_accept_waiting,
	.close_address = listeners_close,
	.slots = listeners_update,
	.drain = drain,
	.stop = stop,
};

static bool open_all(const struct settings *settings)
{
	const char *event = config_tables_event(settings->event);

	if (!loop_open(event)) {
		log_write(LEVEL_ALERT, "event loop %s: %s", event, strerror(errno));
		return false;
	}
	listeners_open();
	if (session_all_open(settings)
	    && registry_open(settings->max_services, settings->max_backends))
		return true;
	log_write(LEVEL_ALERT, "no memory for worker_sessions %u, max_services %u, max_backends %u",
		  settings->worker_sessions, settings->max_services, settings->max_backends);
	return false;
}

static void run(const struct config *config)
{
	if (!open_all(config->settings))
		child_fail();
	timer_setup(&update_timer, on_update);
	timer_setup(&sweep_timer, on_sweep);
	timer_setup(&log_timer, on_log);
	timer_setup(&drain_timer, on_drain_over);
	loop_before_sleep(before_sleep);
	child_serve(&role, config);
	listeners_begin(config->settings->worker_sessions);
	timer_set(&update_timer, UPDATE_MS);
	timer_set(&sweep_timer, SWEEP_MS);
	loop_run();
	work_close();
	registry_close();
	loop_close();
}

const struct process_kind worker_kind = {
	.name = "worker",
	.traits = KIND_NEIGHBOURS | KIND_SESSIONS | KIND_NUMBERED | KIND_DRAINS,
	.told = TOLD_WORKERS | TOLD_ADDRESSES,
	.count = count,
	.listens = listeners_configured,
	.run = run,
};
