/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/pool_cell.h"

#include "core/shared_map.h"

/* Reserved, not committed: 4 million cells, or fewer where addresses are short. */
#define MOST ((uint32_t)1 << (sizeof(void *) > 4 ? 22 : 18))
#define LEAST ((uint32_t)1 << 14)
#define FIRST 64	/* bytes before the cells */

_Static_assert(sizeof(struct pool_cell) == 56, "a million nodes have no more memory than told");

static struct pool_cell *cells;
static _Atomic uint32_t *used;
static uint32_t most;

/* Where the address space is limited (ulimit -v), less will do. */
bool pool_cells_open(void)
{
	char *base = NULL;

	for (most = MOST; base == NULL && most >= LEAST; most /= 2)
		base = shared_map("subscribed-nodes", FIRST + (size_t)most * sizeof(*cells));
	if (base == NULL)
		return false;
	most *= 2;	/* the loop has gone one step further */
	used = (_Atomic uint32_t *)(void *)base;
	cells = (struct pool_cell *)(void *)(base + FIRST);
	return true;
}

uint32_t pool_cells_most(void)
{
	return most;
}

struct pool_cell *pool_cell(uint32_t index)
{
	return index < most ? &cells[index] : NULL;
}

uint32_t pool_cells_used(void)
{
	uint32_t count = used != NULL ? atomic_load(used) : 0;

	return count < most ? count : most;
}

void pool_cells_use(uint32_t index)
{
	if (index >= pool_cells_used())
		atomic_store(used, index + 1);
}

uint64_t pool_cell_hold_next(uint64_t hold, uint64_t now_ms)
{
	unsigned failures = pool_cell_hold_failures(hold);
	uint64_t ms = POOL_HOLD_MOST_MS;

	if (failures < 5 && (uint64_t)POOL_HOLD_LEAST_MS << failures < POOL_HOLD_MOST_MS)
		ms = (uint64_t)POOL_HOLD_LEAST_MS << failures;
	return (now_ms + ms) << 8 | (failures < 255 ? failures + 1 : 255);
}
