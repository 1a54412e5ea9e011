/* SPDX-License-Identifier: BSD-2-Clause */
/* What -t checks beyond the file itself; a start comes to it by itself. */
#ifndef PROCESS_START_CHECK_H
#define PROCESS_START_CHECK_H

#include <stdbool.h>

#include "core/base.h"

struct conf_errors;
struct config_file;
struct text;

/*
 * Limits of the system, the files that processes need, and the state file; `merge` and `out` as in
 * start_check_state.h. false: told.
 */
bool start_check(struct config_file *file, bool merge, struct conf_errors *errors,
		 struct text *out) MUST_CHECK;

#endif
