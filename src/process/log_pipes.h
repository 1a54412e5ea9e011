/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The pipes that log lines travel in: one for each process slot, made before the first fork. A
 * child writes into the one of its slot; the process that writes the logs reads all of them.
 */
#ifndef PROCESS_LOG_PIPES_H
#define PROCESS_LOG_PIPES_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"

bool log_pipes_open(uint32_t slots) MUST_CHECK;	/* false: errno */
void log_pipes_close(void);			/* at the end */

/* Descriptors of a slot's pipe; -1: none. */
int log_pipes_reader(uint32_t slot);
int log_pipes_writer(uint32_t slot);

/* In the child of that slot: closes the writers of others; readers too, unless it writes logs. */
void log_pipes_keep(uint32_t slot, bool writes);

#endif
