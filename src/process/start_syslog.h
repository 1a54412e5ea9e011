/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether the syslog daemon is there that a configuration logs to. */
#ifndef PROCESS_START_SYSLOG_H
#define PROCESS_START_SYSLOG_H

#include <stdbool.h>

struct config;

/* Warns on standard error if it is not. `daemon`: nobody reads that later (-D). */
void start_syslog_check(const struct config *config, bool daemon);

#endif
