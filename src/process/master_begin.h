/* SPDX-License-Identifier: BSD-2-Clause */
/* How the master begins: the start, from a loaded configuration, and the title of the process. */
#ifndef PROCESS_MASTER_BEGIN_H
#define PROCESS_MASTER_BEGIN_H

#include <stdbool.h>

#include "core/base.h"

struct config_file;
struct master_options;

/* Takes `file`. false: the start failed, and why was printed. */
bool master_begin(const struct master_options *options, struct config_file *file) MUST_CHECK;

#endif
