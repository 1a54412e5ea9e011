/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Everything between a loaded configuration and the first fork, in order:
 * what fails is printed to standard error, and nothing is left behind.
 */
#ifndef PROCESS_START_H
#define PROCESS_START_H

#include <stdbool.h>

#include "core/base.h"

struct config_file;
struct master_options;

bool start_up(const struct master_options *options, struct config_file *file) MUST_CHECK;

#endif
