/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a new child is told of the configuration that it inherited: the same operations
 * as a change.
 */
#ifndef PROCESS_REPLAY_H
#define PROCESS_REPLAY_H

#include <stdbool.h>

struct change_op;
struct config;

/* Calls `prepare` for settings, services with their backends, and, if wanted, addresses. */
void replay(const struct config *config, bool addresses,
	    void (*prepare)(const struct change_op *op));

#endif
