/* SPDX-License-Identifier: BSD-2-Clause */
/* Descriptors: how many a configuration needs, how many the system gives. */
#ifndef PROCESS_LIMITS_H
#define PROCESS_LIMITS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"

struct config;
struct conf_errors;

/* Processes that there is room for: fixed at the start. */
unsigned limits_slots(const struct config *config);
unsigned limits_workers(unsigned slots);	/* how many fit into so many slots */

/* Whether the hard limit holds the sockets of `config`; else an error. */
bool limits_check(const struct config *config, unsigned slots,
		  struct conf_errors *errors) MUST_CHECK;
/* Raises the soft limit as far as `config` needs and the hard one allows. */
void limits_raise(const struct config *config, unsigned slots);
/* The same in the children, too: they have the limit of their start. */
void limits_raise_all(const struct config *config, unsigned slots);
void limits_raise_to(uint64_t count);
unsigned long limits_now(void);	/* the soft limit of this process */
/* Logs when that does not hold all sessions. */
void limits_warn(const struct config *config, unsigned slots);

#endif
