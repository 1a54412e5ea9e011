/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether this worker accepts now: its limits, and the pauses when one of them is reached or the
 * machine lacks descriptors or memory. Other workers see a pause in the slot, and accept instead.
 */
#ifndef PROXY_ACCEPT_PAUSE_H
#define PROXY_ACCEPT_PAUSE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/layout.h"

/* Once per worker. `changed` is called after each pause, resumption and the stop. */
void accept_pause_open(void (*changed)(void));

/* Sessions this worker has descriptors for, at most `worker_sessions`. */
void accept_pause_set_limits(uint32_t worker_sessions);

/* PAUSE_LIMIT or PAUSE_DESCRIPTORS: there is no room for one more session. */
enum pause_cause accept_pause_full(void);

/* Pauses; 100 ms later, or when a session ends, it resumes. Logged and counted. */
void accept_pause_begin(enum pause_cause cause);
enum pause_cause accept_pause_cause(void);	/* PAUSE_NONE: it does not pause */

/*
 * A session has ended: resumes if there is room for a few, so that it pays. At a limit, pausing
 * and resuming for each one would cost a walk over all addresses each time.
 */
void accept_pause_session_ended(void);

/* No more accepting, for good (drain, stop). */
void accept_pause_stop(void);

/* Neither paused nor stopped. */
bool accept_pause_accepts(void);

#endif
