/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A start with a state file: what the API had changed is in force again. It is the reload of the
 * file on top of that: what has changed in the file since then is applied.
 */
#ifndef PROCESS_START_STATE_H
#define PROCESS_START_STATE_H

#include <stdbool.h>

#include "core/base.h"
#include "core/conf_errors.h"

struct config;
struct config_file;
struct identity;

/*
 * Makes the items of `file` what has to be in force. Without a state file, or with one that cannot
 * be used, they are as they were. false: both together cannot be; told in errors.
 */
bool start_state(struct config_file *file, const struct identity *identity,
		 struct conf_errors *errors) MUST_CHECK;
/* objects_take_all(), and backends that were down are down. */
bool start_state_cells(const struct config *config, struct conf_errors *errors) MUST_CHECK;
/* Logs what there is to say, once the log is open. */
void start_state_log(void);

/* Whether there was a file at the start that could not be used. */
bool start_state_unused(void);

#endif
