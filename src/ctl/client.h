/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * heddle -s: signals and requests to the heddle that runs with a pid file. Functions return
 * the exit status, and print why it is not CLIENT_DONE.
 */
#ifndef CTL_CLIENT_H
#define CTL_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

/* Where the running heddle is, and how long it may take. pid_path_find() fills it in. */
struct client_target {
	char     pid_file[4096];
	uint64_t drain_ms;	/* of a stop by QUIT; 0: without limit, or not known */
	uint64_t change_ms;	/* change_timeout; 0: not known */
};

enum { CLIENT_DONE = 0, CLIENT_REFUSED = 1, CLIENT_NOT_RUNNING = 7 };

int client_reopen(const struct client_target *target);
/* TERM, or QUIT when `drain`; returns when that heddle has ended, or the time limit has. */
int client_stop(const struct client_target *target, bool drain);
/* Over the control socket; prints the answer. */
int client_reload(const struct client_target *target);

#endif
