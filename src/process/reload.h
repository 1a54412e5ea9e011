/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The master's side of a change: reads the file again, finds the difference to
 * what runs, binds and opens what is new, takes it through the children, and
 * tells whoever asked. One after another; everybody who asks while one is
 * under way gets the answer of the next.
 */
#ifndef PROCESS_RELOAD_H
#define PROCESS_RELOAD_H

#include <stdint.h>

struct config_source;

void reload_open(const struct config_source *source);
void reload_ask(void);			/* SIGHUP */
void reload_ask_for(uint32_t id);	/* the control process, which gets MESSAGE_RELOADED */
void reload_forget_askers(void);	/* the control process is gone */
/*
 * No reload will begin any more. What was asked for is refused, also a change that the
 * children are preparing; one that is decided goes on.
 */
void reload_close(void);

/* An address is shut, or a transaction is over: what waits may go on. */
void reload_next(void);

#endif
