/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the running heddle's pid file is, for -s: also when its configuration is broken by now. */
#ifndef PROCESS_PID_PATH_H
#define PROCESS_PID_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base.h"

struct config_source;

/* false: the configuration says that there is none, or it cannot be told. */
bool pid_path_find(const struct config_source *source, char *out, size_t size) MUST_CHECK;

#endif
