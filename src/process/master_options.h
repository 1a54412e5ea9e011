/* SPDX-License-Identifier: BSD-2-Clause */
/* What the master is started with: by main.c, or by compat/ for another program's command line. */
#ifndef PROCESS_MASTER_OPTIONS_H
#define PROCESS_MASTER_OPTIONS_H

#include <stdbool.h>

#include "config/config_load.h"

/*
 * The lines that a program logged which heddle replaces (compat/): users and their scripts look
 * for them. Each text is a whole line or its beginning. NULL: heddle's own.
 */
struct compat_messages {
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
	const struct compat_messages *compat;	/* NULL: this is heddle's own command line */
};

#endif
