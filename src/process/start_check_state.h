/* SPDX-License-Identifier: BSD-2-Clause */
/* -t reads the state file too. */
#ifndef PROCESS_START_CHECK_STATE_H
#define PROCESS_START_CHECK_STATE_H

#include <stdbool.h>

#include "config/config.h"
#include "core/base.h"
#include "core/conf_errors.h"

struct config_file;
struct text;

/*
 * Whether `file`, whose configuration is `config`, and its state file can be in force together.
 * `merge`: the items of `file` may become what would be. `out` gets a line about a good state
 * file; a damaged one is a warning, as a start goes on without it.
 */
bool start_check_state(struct config_file *file, const struct config *config, bool merge,
		       struct conf_errors *errors, struct text *out) MUST_CHECK;

#endif
