/* SPDX-License-Identifier: BSD-2-Clause */
/* What follows for the master from the lives of its children: births, READY, losses. */
#ifndef PROCESS_MASTER_CHILDREN_H
#define PROCESS_MASTER_CHILDREN_H

#include <stdbool.h>

struct master_options;

void master_children_open(const struct master_options *options);
bool master_children_up(void);		/* everything was READY once */
bool master_children_failed(void);	/* the start failed: a child could not be started */

#endif
