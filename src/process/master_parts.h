/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of the running master: what is opened before its first fork, and closed at its end. */
#ifndef PROCESS_MASTER_PARTS_H
#define PROCESS_MASTER_PARTS_H

#include "process/master_options.h"

void master_parts_open(const struct master_options *options);
void master_parts_close(void);

#endif
