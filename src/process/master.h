/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The master: owns the configuration, the listening sockets, the log files and
 * the shared memory; forks, reaps, passes changes on. Never serves, never
 * parses what a stranger sent.
 */
#ifndef PROCESS_MASTER_H
#define PROCESS_MASTER_H

#include <stdbool.h>

#include "core/config.h"

/*
 * How an old program behaved that heddle stands in for (compat/). Each text is
 * a whole log line or its beginning.
 */
struct master_manners {
	const char *command;	/* the command line, for ps */
	const char *const *begin;	/* lines logged before anything starts; NULL at the end */
	const char *const *start;	/* the same once everything is up */
	const char *listen_failure;	/* before the reason, when an address cannot be bound */
	const char *hup;	/* logged on HUP, which then opens the logs again: no reload */
	const char *signal;	/* INT and TERM: before "interrupt" or "terminated" */
	const char *exiting;	/* logged last */
};

struct master_options {
	struct config_source source;	/* read again on every reload */
	bool daemon;			/* -D: detach once everything is up */
	bool quiet;			/* -q */
	const char *prefix;		/* -p: relative paths; NULL */
	const struct master_manners *manners;	/* NULL: heddle's own */
};

/*
 * Runs until stopped. The exit status: 0 stopped by a signal, 1 the start failed (text
 * was printed).
 */
int master_run(const struct master_options *options, struct config *config);

#endif
