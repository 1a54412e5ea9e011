/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is in force: the configuration, the cells of what it names, its serial
 * number. Written by the master; a child inherits it as it was at its fork.
 */
#ifndef PROCESS_RUNNING_H
#define PROCESS_RUNNING_H

#include <stdint.h>

struct cells;
struct config;

const struct config *running_config(void);	/* NULL before the start */
const struct cells *running_cells(void);
uint64_t running_serial(void);

/*
 * Puts `config` and its cells in force and counts the serial up. Returns what was, the
 * caller's to free.
 */
struct config *running_replace(struct config *config, const struct cells *cells);
/* The same with the serial left as it is: nothing that runs has changed. */
struct config *running_refresh(struct config *config, const struct cells *cells);

#endif
