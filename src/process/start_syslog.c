/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/start_syslog.h"

#include <errno.h>
#include <string.h>

#include "config/config.h"
#include "config/config_types.h"
#include "core/log_syslog.h"
#include "core/stderr.h"

static void note_syslog(struct object *object, struct object *parent, const char *path, void *arg)
{
	const struct settings *settings = object->conf;
	const struct service_conf *service = object->conf;

	(void)parent;
	(void)path;
	if (object->kind == &config_settings_kind)
		*(bool *)arg |= settings->log.to.to == LOG_TO_SYSLOG ||
			settings->access_log.to.to == LOG_TO_SYSLOG;
	else if (object->kind == &config_service_kind)
		*(bool *)arg |= service->access_log.to.to == LOG_TO_SYSLOG;
}

static bool uses_syslog(const struct config *config)
{
	bool uses = false;

	config_each(config, "", note_syslog, &uses);
	return uses;
}

/* The file that is installed says syslog, and a container has no daemon for it. */
void start_syslog_check(const struct config *config, bool daemon)
{
	if (!uses_syslog(config) || log_syslog_reachable() || !log_syslog_note(true))
		return;
	stderr_printf("heddle: warning: log: syslog cannot be reached: %s; %s\n", strerror(errno),
		      daemon ? "with -D its lines are lost until it can; name a file, or "
					"start a syslog daemon"
				      : "its lines go to standard error until it can");
}
