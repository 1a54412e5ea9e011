/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/start_process.h"

#include "config/config.h"
#include "event/signals.h"
#include "os/daemon.h"
#include "os/door.h"
#include "os/pidfile.h"
#include "process/child_start.h"
#include "process/limits.h"
#include "process/start_report.h"

#define WHY 512

/* The pid file is the daemon's: its lock would not come along over the fork. */
static bool become_daemon(bool wanted, struct conf_errors *errors)
{
	if (wanted && !daemon_start())
		return start_report_call(errors, "fork");
	return true;
}

static bool open_pid_file(const struct settings *settings, struct conf_errors *errors)
{
	char why[WHY];

	/* a signal to the pid that is found there must not end a start that knows no signals yet */
	signals_hold();
	if (settings->pid_file == NULL || pidfile_open(settings->pid_file, why, sizeof(why)))
		return true;
	return start_report_failure(errors, "pid_file", why);
}

static bool find_identity(const struct settings *settings, struct identity *id,
			  struct conf_errors *errors)
{
	char why[WHY];

	if (!privileges_find_identity(settings, id, why, sizeof(why)))
		return start_report_failure(errors, "", why);
	child_start_set_identity(id);
	return true;
}

static bool open_doors(struct conf_errors *errors)
{
	return door_open() || start_report_call(errors, "socketpair");
}

bool start_process(const struct config *config, bool daemon, struct identity *id,
		   struct conf_errors *errors)
{
	return become_daemon(daemon, errors) && find_identity(config->settings, id, errors) &&
	       limits_check(config, limits_slots(config), errors) &&
	       open_pid_file(config->settings, errors) && open_doors(errors);
}
