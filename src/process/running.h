/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is in force: the configuration and its serial number. Written by the master; a child
 * inherits it as it was at its fork.
 */
#ifndef PROCESS_RUNNING_H
#define PROCESS_RUNNING_H

#include <stdint.h>

struct config;
struct config_diff;

const struct config *running_config(void);	/* NULL before the start */
uint64_t running_serial(void);

/*
 * Puts `config` in force and counts the serial up. Returns what was, the caller's to free.
 * NULL: nothing is in force any more.
 */
struct config *running_replace(struct config *config);

/*
 * The base: the file as it was last applied. What the API changed is the difference between the
 * base and what is in force.
 */
const struct config *running_base(void);
void running_set_base(struct config *config);	/* which it owns; NULL: there is none any more */
void running_change_base(const struct config_diff *diff);

#endif
