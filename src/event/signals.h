/* SPDX-License-Identifier: BSD-2-Clause */
/* Signals as events: a handler writes one byte to a pipe, which the loop reads. */
#ifndef EVENT_SIGNALS_H
#define EVENT_SIGNALS_H

#include <stdbool.h>

#include "core/base.h"

typedef void signal_handler(int signo);

/*
 * First of all, in the master; children inherit it. Signals that the program was started with
 * ignored or blocked get their default action, and signals that heddle does not use are ignored.
 */
void signals_prepare(void);
/* Blocks signals until signals_release(): another process may know the pid already. */
void signals_hold(void);
void signals_release(void);
/* After loop_open(); again in a child after its own loop_open(). */
bool signals_open(void) MUST_CHECK;
void signals_close(void);
/* `handler` runs in the loop, not in the signal's context. NULL: ignored. */
void signals_catch(int signo, signal_handler *handler);
/* Back to the default action, in a child that inherits handlers. */
void signals_reset(void);
/* SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT: a backtrace to `fd`, then the default action. */
void signals_crash_report(int fd);

#endif
