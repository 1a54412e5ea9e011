/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The resolver process as the writer of the known instances: what its predecessor was killed at
 * is repaired first, what belongs to no fan-out any more is dropped later, and the memory of what
 * was dropped is given back a little at a time: a million instances take most of a second.
 */
#ifndef UDP_KNOWN_PART_H
#define UDP_KNOWN_PART_H

#include <stdbool.h>

#include "core/slice.h"

extern const struct resolver_part known_part;

/* Whether a fan-out of that name is open: known.c. */
bool known_part_uses(struct slice name);
/* The same of the tables of subscription servers: core/pool_table.h, subscription_replay.h. */
void known_part_also(bool (*uses)(struct slice table));
/* A table was dropped. */
void known_part_dropped(void);

#endif
