/* SPDX-License-Identifier: BSD-2-Clause */
/* What each signal means to the master. */
#ifndef PROCESS_MASTER_SIGNALS_H
#define PROCESS_MASTER_SIGNALS_H

#include <stdbool.h>

#include "core/base.h"

struct master_options;

/* From now on they act. false: the system has no descriptors left, which has been logged. */
bool master_signals_open(const struct master_options *options) MUST_CHECK;

#endif
