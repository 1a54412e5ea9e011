/* SPDX-License-Identifier: BSD-2-Clause */
/* The second part of a start: all that is opened for the children but listening sockets. */
#ifndef PROCESS_START_OPEN_H
#define PROCESS_START_OPEN_H

#include <stdbool.h>

#include "core/base.h"

struct conf_errors;
struct config;
struct identity;
struct node;

/* Shared memory, event loop, log pipes and files, control socket. `id` is their user. */
bool start_open(const struct config *config, const struct node *tree, bool daemon,
		const struct identity *id, struct conf_errors *errors) MUST_CHECK;

#endif
