/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Objects found by their number: chains of links that live inside the objects. Never
 * allocates, owns nothing. A table of zeros is empty.
 */
#ifndef CORE_ID_TABLE_H
#define CORE_ID_TABLE_H

#include <stdint.h>

#include "core/list.h"

#define ID_TABLE_CHAINS 1024

struct id_link {
	struct list chain;
	uint32_t    id;
};

struct id_table {
	struct list chains[ID_TABLE_CHAINS];	/* NULL: not used yet */
};

void id_table_add(struct id_table *table, struct id_link *link, uint32_t id);
void id_table_remove(struct id_link *link);	/* it has been added */
struct id_link *id_table_find(struct id_table *table, uint32_t id);	/* NULL: none */

#endif
