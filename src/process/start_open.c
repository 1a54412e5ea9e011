/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/start_open.h"

#include "config/config.h"
#include "core/clock.h"
#include "core/scoreboard.h"
#include "event/event.h"
#include "process/control_socket.h"
#include "process/kind_files.h"
#include "process/limits.h"
#include "process/log_files.h"
#include "process/log_pipes.h"
#include "process/start_report.h"
#include "process/start_syslog.h"

#define WHY 512

static bool open_shared_memory(const struct config *config, struct conf_errors *errors)
{
	const struct settings *settings = config->settings;
	struct scoreboard_sizes sizes = { .slots = limits_slots(config),
					  .services = settings->max_services,
					  .backends = settings->max_backends,
					  .sessions = settings->worker_sessions };

	if (!scoreboard_open(&sizes))
		return start_report_call(errors, "shared memory");
	scoreboard_set_own(0);
	scoreboard_occupy(0, &(struct scoreboard_occupant){ .kind = SLOT_MASTER });
	atomic_store(&scoreboard_slot(0)->state, SLOT_SERVING);
	atomic_store(&scoreboard_shared()->started_ms, clock_wall_ms());
	atomic_store(&scoreboard_shared()->started_at, clock_ms());
	atomic_store(&scoreboard_shared()->workers, settings->workers);
	scoreboard_publish();
	return true;
}

static bool open_loop(const struct settings *settings, struct conf_errors *errors)
{
	if (!loop_open(config_tables_event(settings->event)))
		return start_report_call(errors, "event loop");
	return true;
}

static bool open_logs(const struct config *config, const struct node *tree, bool daemon,
		      struct conf_errors *errors)
{
	start_syslog_check(config, daemon);
	if (!log_pipes_open(scoreboard_sizes()->slots))
		return start_report_call(errors, "log pipes");
	if (!log_files_propose(config, tree, errors))
		return false;
	log_files_accept(0);
	return true;
}

static bool open_control(const struct settings *settings, const struct identity *id,
			 struct conf_errors *errors)
{
	char why[WHY];

	if (settings->pid_file == NULL ||
	    control_socket_open(settings->pid_file, id, why, sizeof(why)))
		return true;
	return start_report_failure(errors, "pid_file", why);
}

bool start_open(const struct config *config, const struct node *tree, bool daemon,
		const struct identity *id, struct conf_errors *errors)
{
	if (!open_shared_memory(config, errors) || !open_loop(config->settings, errors))
		return false;
	/* the slots are known now, and each has a pipe and a channel */
	limits_raise(config, scoreboard_sizes()->slots);
	if (!open_logs(config, tree, daemon, errors) ||
	    !open_control(config->settings, id, errors) ||
	    !kind_files_propose(config->settings, tree, errors))
		return false;
	kind_files_accept();
	return true;
}
