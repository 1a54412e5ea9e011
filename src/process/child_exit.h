/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What follows from the end of a child: the line in the log, and the backoff until its successor
 * is started. A process that dies is replaced at once, one that dies again right after its start
 * a little later each time. Knows no table of children: what it needs is given to it.
 */
#ifndef PROCESS_CHILD_EXIT_H
#define PROCESS_CHILD_EXIT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/log.h"

#define CHILD_EXIT_EARLY_MS 1000	/* a life shorter than this is a failed start */
#define CHILD_EXIT_DELAY_FIRST_MS 100
#define CHILD_EXIT_DELAY_MOST_MS 5000

/*
 * The child with that number of a kind (kind_index()) ended at `now` after `lived_ms`. Returns
 * the milliseconds until its successor may be started.
 */
uint64_t child_exit_respawn_delay(unsigned kind, unsigned number, uint64_t now, uint64_t lived_ms);
/* Whether a successor may be started; else *next is lowered to the time when it may. */
bool child_exit_may_respawn(unsigned kind, unsigned number, uint64_t now, uint64_t *next);

struct child_exit {
	const char *name;	/* "worker 1 (pid 77)" */
	int         status;	/* as waitpid() has it */
	int         crash_fd;	/* where its backtrace is read from; -1 */
	bool        leaving;	/* it was sent a drain or a stop: nobody succeeds it */
	const char *lost;	/* "; 2 sessions lost", or "" */
	uint64_t    delay_ms;	/* until its successor starts */
	enum log_level ordinary;	/* of the line about an end that was wanted */
};

/* Logs it. true: the end was no orderly one, so it counts as a restart. */
bool child_exit_report(const struct child_exit *e);

#endif
