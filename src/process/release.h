/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The last step of retiring: all children close their copies of addresses that are
 * shut, and so do we.
 */
#ifndef PROCESS_RELEASE_H
#define PROCESS_RELEASE_H

#include <stdbool.h>

bool release_pending(void);	/* some address is shut */
/* A transaction of its own; reload_next() is called when it is over. */
void release_start(void);

#endif
