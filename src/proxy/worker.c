/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/worker.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/log_pipe.h"
#include "core/random.h"
#include "process/change.h"
#include "process/child.h"
#include "process/kind.h"
#include "proxy/accept.h"
#include "proxy/buffer.h"
#include "proxy/listeners.h"
#include "proxy/pipes.h"
#include "proxy/registry.h"
#include "proxy/session.h"
#include "proxy/session_table.h"

#define LOOK_MS 250
#define SWEEP_MS 1000
#define LOG_MS 100

static struct timer look_timer, sweep_timer, log_timer, drain_timer;

static unsigned count(const struct settings *settings)
{
	return settings->workers;
}

static void prepare(const struct change_op *op)
{
	if (!registry_prepare(op))
		(void)listeners_prepare(op);
}

static void commit(uint64_t serial)
{
	(void)serial;
	registry_commit();
	listeners_commit();
	sessions_changed();
	buffers_set_limit(registry_settings()->buffer_memory);
}

static void abort_change(void)
{
	registry_abort();
	listeners_abort();
}

static void on_look(struct timer *t)
{
	listeners_look();
	timer_set(t, LOOK_MS);
}

static void on_sweep(struct timer *t)
{
	sessions_sweep();
	pipes_trim();
	session_table_trim();
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
	sessions_end(NULL, NULL, REASON_SHUTDOWN_TIMEOUT);
}

static void drain(uint64_t timeout_ms)
{
	listeners_stop();
	if (timeout_ms != 0)
		timer_set(&drain_timer, timeout_ms);
	sessions_when_none(all_gone);
}

static void stop(void)
{
	listeners_stop();
	sessions_end(NULL, NULL, REASON_SHUTDOWN_TIMEOUT);
	sessions_when_none(all_gone);
}

static const struct child_role role = {
	.prepare = prepare,
	.commit = commit,
	.abort = abort_change,
	.retire = listeners_retire,
	.slots = listeners_look,
	.drain = drain,
	.stop = stop,
};

static const char *back_end(const struct settings *settings)
{
	static const char *const names[] = {
		[EVENT_AUTO] = "auto", [EVENT_EPOLL] = "epoll",
		[EVENT_KQUEUE] = "kqueue", [EVENT_POLL] = "poll",
	};

	return names[settings->event];
}

static bool open_all(const struct settings *settings)
{
	if (!loop_open(back_end(settings))) {
		log_write(LEVEL_ALERT, "event loop %s: %s", back_end(settings), strerror(errno));
		return false;
	}
	random_seed(clock_us() ^ (uint64_t)getpid() << 32);
	buffers_open(settings->buffer_memory);
	pipes_open(settings->workers);
	sessions_open();
	listeners_open();
	if (session_table_open(settings->worker_sessions)
	    && registry_open(settings->max_services, settings->max_backends))
		return true;
	log_write(LEVEL_ALERT, "no memory for worker_sessions %u, max_services %u, max_backends %u",
		  settings->worker_sessions, settings->max_services, settings->max_backends);
	return false;
}

static void run(const struct config *config)
{
	if (!open_all(&config->settings))
		child_fail();
	timer_setup(&look_timer, on_look);
	timer_setup(&sweep_timer, on_sweep);
	timer_setup(&log_timer, on_log);
	timer_setup(&drain_timer, on_drain_over);
	loop_before_sleep(before_sleep);
	child_serve(&role, config);
	accept_open(config->settings.worker_sessions);
	timer_set(&look_timer, LOOK_MS);
	timer_set(&sweep_timer, SWEEP_MS);
	loop_run();
	registry_close();
	loop_close();
}

const struct process_kind worker_kind = {
	.name = "worker",
	.slot = SLOT_WORKER,
	.count = count,
	.run = run,
};
