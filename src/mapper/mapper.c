/* SPDX-License-Identifier: BSD-2-Clause */
#include "mapper/mapper.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "config/config.h"
#include "core/log.h"
#include "event/event.h"
#include "event/signals.h"
#include "mapper/cache_scripts.h"
#include "mapper/mapper_report.h"
#include "mapper/mapper_routes.h"
#include "mapper/mapper_streams.h"
#include "mapper/script.h"
#include "process/child.h"
#include "process/kind.h"

static bool prepare(const struct change_op *op, char *why)
{
	(void)why;
	if (!cache_scripts_prepare(op))
		mapper_routes_prepare(op);
	return true;
}

static void commit(uint64_t serial, const char *by)
{
	(void)serial;
	mapper_routes_commit();
	cache_scripts_commit();
	/* behind the commit of a reload comes the reload itself */
	if (strcmp(by, "file") != 0)
		scripts_begun();
}

static void abandon(void)
{
	mapper_routes_abort();
	cache_scripts_abort();
}

static void reloaded(void)
{
	scripts_reload();
	cache_scripts_run();
}

static void stop(void)
{
	scripts_end();
	cache_scripts_end();
	child_finish();
}

static void drain(uint64_t timeout_ms)
{
	(void)timeout_ms;
	stop();
}

static const struct child_role role = {
	.prepare = prepare,
	.commit = commit,
	.abort = abandon,
	.reloaded = reloaded,
	.drain = drain,
	.stop = stop,
};

static const struct mapper_streams_handlers streams = { scripts_announce, scripts_take };

static void on_child(int signo)
{
	(void)signo;
	scripts_reap();
}

static void run(const struct config *config)
{
	const char *event = config_tables_event(config->settings->event);

	if (!loop_open(event) || !signals_open()) {
		log_write(LEVEL_ALERT, "event loop %s: %s", event, strerror(errno));
		child_fail();
	}
	signals_catch(SIGCHLD, on_child);
	mapper_streams_open(&streams);
	child_serve(&role, config);
	scripts_begun();
	cache_scripts_run();
	mapper_report_open();
	loop_run();
	mapper_report_close();
	mapper_streams_close();
	loop_close();
}

static unsigned count(const struct config *config)
{
	return config->scripts != 0;
}

const struct process_kind mapper_kind = {
	.name = "mapper",
	.traits = KIND_RELOADS,
	.told = TOLD_MAPPER,
	.slots = 1,
	.count = count,
	.run = run,
};
