/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Everything between a loaded configuration and the first fork, in order:
 * what fails is told on standard error, and nothing is left behind.
 */
#ifndef PROCESS_START_H
#define PROCESS_START_H

#include <stdbool.h>

#include "core/base.h"

struct config;
struct master_options;

bool start_up(const struct master_options *options, struct config *config) MUST_CHECK;
/* The way back: sockets, pid file, control socket. */
void start_undo(void);

#endif
