/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cells of subscribed nodes, for the resolver process, which hands them out: core/pool_cell.h.
 * Which ones are in use is in its private memory; a successor learns it from the tables.
 */
#ifndef UDP_POOL_OWNER_H
#define UDP_POOL_OWNER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"

/* Before the first node is added: no cell is in use yet. false: no memory. */
bool pool_owner_open(void) MUST_CHECK;
void pool_owner_close(void);
/*
 * A node that a predecessor has left has this cell. false: there is no such cell, or it is
 * another one's.
 */
bool pool_owner_mark(uint32_t cell, uint16_t generation) MUST_CHECK;
/* A free cell, zeroed but for its generation; POOL_CELL_NONE: all are in use. */
uint32_t pool_owner_take(void);
/* Its node is gone; it is free once no session counts in it. */
void pool_owner_give(uint32_t cell);
/* Now and then: looks for cells whose last session has ended. */
void pool_owner_collect(void);

/* Who announced the node of a cell: a hash of the sender's host, 0 for nobody. */
uint32_t pool_owner_sender(uint32_t cell);
void pool_owner_set_sender(uint32_t cell, uint32_t sender);
/* How many nodes it has. */
uint32_t pool_owner_count(uint32_t sender);

#endif
