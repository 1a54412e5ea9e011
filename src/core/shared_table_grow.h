/* SPDX-License-Identifier: BSD-2-Clause */
/* The number of buckets follows the number of entries; for the writer. */
#ifndef CORE_SHARED_TABLE_GROW_H
#define CORE_SHARED_TABLE_GROW_H

#include "core/shared_table.h"

/* After each entry that came or went: one bucket more, or up to four less. */
void shared_table_grow_or_shrink(struct shared_table *t);

#endif
