/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/control.h"

#include <errno.h>
#include <string.h>

#include "admin/admin_files.h"
#include "admin/addresses.h"
#include "admin/control_config.h"
#include "admin/control_http.h"
#include "admin/event_libevent.h"
#include "admin/log_writer.h"
#include "admin/requests.h"
#include "core/log.h"
#include "event/event.h"
#include "process/child.h"
#include "process/kind.h"

/* All other processes have ended; their last lines are in the log pipes. */
static void on_stop(void)
{
	control_http_close();
	addresses_stop();
	log_writer_finish();
	child_finish();
}

static void on_drain(uint64_t timeout_ms)
{
	(void)timeout_ms;
	on_stop();
}

static const struct child_role role = {
	.prepare = control_config_prepare,
	.commit = control_config_commit,
	.abort = control_config_abort,
	.close_address = control_config_close_address,
	.slots = control_config_slots,
	.drain = on_drain,
	.stop = on_stop,
	.orphaned = log_writer_orphaned,
	.logs = log_writer_reopened,
	.files = admin_files_take,
	.request_done = requests_done,
};

static void run(const struct config *config)
{
	if (!loop_open_with(&event_libevent)) {
		log_write(LEVEL_ALERT, "event loop: %s", strerror(errno));
		child_fail();
	}
	CHECK(control_config_open(config, scoreboard_sizes()->services,
				  scoreboard_sizes()->backends));
	control_http_open();
	child_serve(&role, config);
	control_http_listen();
	loop_run();
	control_config_close();
	control_http_free();
	loop_close();
}

static unsigned count(const struct config *config)
{
	(void)config;
	return 1;
}

const struct process_kind control_kind = {
	.name = "control",
	.traits = KIND_LOGS | KIND_CONTROL_SOCKET | KIND_NEIGHBOURS | KIND_REQUESTS |
		  KIND_STOPS_LAST,
	.told = TOLD_CONTROL | TOLD_ADDRESSES,
	.slots = 1,
	.count = count,
	.listens = addresses_configured,
	.files = admin_files_read,
	.run = run,
};
