/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/control.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "admin/changed.h"
#include "admin/checker.h"
#include "admin/event_libevent.h"
#include "admin/http.h"
#include "admin/listening.h"
#include "admin/log_reader.h"
#include "admin/log_writer.h"
#include "admin/rates.h"
#include "admin/reload.h"
#include "admin/routes.h"
#include "admin/stats_log.h"
#include "core/config.h"
#include "core/log.h"
#include "event/event_ops.h"
#include "process/change.h"
#include "process/child.h"
#include "process/kind.h"
#include "process/logs.h"
#include "proxy/registry.h"

static void on_prepare(const struct change_op *op)
{
	changed_prepare(op);
	if (listening_prepare(op))
		return;
	/* a worker may write to it as soon as it has committed, before we have */
	if (op->verb == CHANGE_PUT && op->object == CHANGE_SERVICE)
		log_writer_target(&op->conf.service->access_log.to);
	if (op->verb == CHANGE_PUT && op->object == CHANGE_SETTINGS)
		log_writer_target(&op->conf.settings->access_log.to);
	(void)registry_prepare(op);
}

static void on_commit(uint64_t serial)
{
	registry_commit();
	listening_commit();
	changed_commit(serial);
	checker_commit();
	log_writer_settings(registry_settings());
	stats_log_interval(registry_settings()->log.stats_ms);
}

static void on_abort(void)
{
	registry_abort();
	listening_abort();
	changed_abort();
}

static void on_retire(uint32_t address)
{
	(void)address;	/* its sockets were never used here */
}

/* The others have ended by now: what they wrote is in the pipes. */
static void on_stop(void)
{
	reload_forget();
	http_close();
	log_writer_finish();
	child_finish();
}

static void on_drain(uint64_t timeout_ms)
{
	(void)timeout_ms;
	on_stop();
}

static void on_slots(void)
{
	log_reader_look();
	checker_mend();
}

static const struct child_role role = {
	.prepare = on_prepare,
	.commit = on_commit,
	.abort = on_abort,
	.retire = on_retire,
	.slots = on_slots,
	.drain = on_drain,
	.stop = on_stop,
	.orphaned = log_writer_orphaned,
	.logs = log_writer_reopened,
	.reload_done = reload_done,
};

static void open_all(const struct config *config)
{
	log_writer_open(&config->settings);
	CHECK(registry_open(scoreboard_sizes()->services, scoreboard_sizes()->backends));
	listening_open();
	changed_open();
	checker_open();
	rates_open();
	stats_log_open();
}

static void close_all(void)
{
	stats_log_close();
	rates_close();
	checker_close();
	changed_close();
	listening_close();
	registry_close();
	log_writer_close();
	loop_close();
}

static void run(const struct config *config)
{
	int fd = control_socket_fd();

	if (!loop_open_with(&event_libevent)) {
		log_write(LEVEL_ALERT, "event loop: %s", strerror(errno));
		child_fail();
	}
	open_all(config);
	child_serve(&role, config);
	if (fd != -1 && !http_open(fd, routes_serve))
		log_write(LEVEL_ERROR, "control socket: cannot be served: %s", strerror(errno));
	loop_run();
	close_all();
}

static unsigned count(const struct settings *settings)
{
	(void)settings;
	return 1;
}

const struct process_kind control_kind = {
	.name = "control",
	.slot = SLOT_CONTROL,
	.count = count,
	.run = run,
};
