/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls of scripts that this process does not have: a worker has put a change in place that is not
 * in place here yet, or the other way round. They wait for the script, if it comes; a worker that
 * has the change stops waiting, and calls the script that its route has now.
 */
#ifndef MAPPER_SCRIPT_EARLY_H
#define MAPPER_SCRIPT_EARLY_H

#include <stdint.h>

struct list;
struct mapper_call;

/* It may be in the queue of a script that ends. */
void script_early_add(struct mapper_call *call);
/* The script is there: moves its calls to `calls`; how many there are. */
unsigned script_early_take(uint64_t script, struct list *calls);

#endif
