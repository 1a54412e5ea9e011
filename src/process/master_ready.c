/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/master_ready.h"

#include <unistd.h>

#include "config/config.h"
#include "core/log.h"
#include "core/scoreboard.h"
#include "core/text.h"
#include "os/daemon.h"
#include "os/notify.h"
#include "process/limits.h"
#include "process/listen_retry.h"
#include "process/master_options.h"
#include "process/master_log.h"
#include "process/running.h"

static void count(struct text *out, size_t n, const char *one, const char *many)
{
	text_printf(out, "%zu %s, ", n, n == 1 ? one : many);
}

/* "3 services, 12 backends, 4 workers" */
static void describe(const struct config *config, struct text *out)
{
	uint32_t workers = config->settings->workers;

	for (unsigned i = 0; object_kinds[i] != NULL; i++) {
		const struct object_kind *kind = object_kinds[i];

		if (kind->counted)
			count(out, config->counts[i], kind->name, kind->plural);
	}
	text_printf(out, "%u worker%s", (unsigned)workers, workers == 1 ? "" : "s");
}

void master_ready_announce(const struct master_options *options)
{
	const struct config *config = running_config();
	struct text content;

	text_init(&content);
	describe(config, &content);
	if (options->compat != NULL)
		master_log_lines(options->compat->start);
	else
		log_write(LEVEL_NOTICE, "heddle %s: %s", HEDDLE_VERSION, text_cstr(&content));
	limits_warn(config, scoreboard_sizes()->slots);
	listen_retry_open();
	notify_send("READY=1\nMAINPID=%ld\nSTATUS=serving %s", (long)getpid(),
		    text_cstr(&content));
	daemon_ready(master_log_fd());
	text_close(&content);
}
