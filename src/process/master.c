/* SPDX-License-Identifier: BSD-2-Clause */
/* The life of the master around its event loop. */
#include "process/master.h"

#include "config/config.h"
#include "core/log.h"
#include "core/stderr.h"
#include "event/event.h"
#include "process/master_begin.h"
#include "process/master_children.h"
#include "process/master_log.h"
#include "process/master_parts.h"
#include "process/master_signals.h"
#include "process/running.h"
#include "process/supervisor.h"

static bool open_everything(const struct master_options *options)
{
	master_log_open(running_config()->settings);
	if (!master_signals_open(options))
		return false;
	if (options->compat != NULL)
		master_log_lines(options->compat->begin);
	master_parts_open(options);
	return true;
}

static const char *last_message(const struct compat_messages *compat)
{
	return compat != NULL && compat->exiting != NULL ? compat->exiting : "stopped";
}

int master_run(const struct master_options *options, struct config_file *file)
{
	int status = 0;

	if (!master_begin(options, file))
		return 1;
	if (open_everything(options)) {
		supervisor_reconcile();
		loop_run();
		status = master_children_failed() ? 1 : 0;
	} else {
		status = 1;
	}
	if (options->daemon && !master_children_up() && status == 0)
		stderr_printf("heddle: stopped by a signal before everything was ready\n");
	log_write(LEVEL_NOTICE, "%s", last_message(options->compat));
	log_set_sink(NULL);
	master_parts_close();
	config_free(running_replace(NULL));
	return status;
}
