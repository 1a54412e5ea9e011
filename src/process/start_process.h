/* SPDX-License-Identifier: BSD-2-Clause */
/* The first part of a start: what this process is, before it opens anything for its children. */
#ifndef PROCESS_START_PROCESS_H
#define PROCESS_START_PROCESS_H

#include <stdbool.h>

#include "core/base.h"
#include "os/privileges.h"

struct conf_errors;
struct config;

/*
 * Detaches (`daemon`), finds the user of the children, checks the limits of the system and takes
 * the pid file. `id` is the user that the children will have.
 */
bool start_process(const struct config *config, bool daemon, struct identity *id,
		   struct conf_errors *errors) MUST_CHECK;

#endif
