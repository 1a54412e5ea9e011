/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/pool_session.h"

#include "core/pool_cell.h"
#include "core/scoreboard.h"
#include "proxy/hold.h"

bool pool_session_count(uint32_t cell, uint64_t seen, bool exact, struct session_row *row)
{
	struct pool_cell *c = pool_cell(cell);
	uint32_t wanted = active_of(seen);

	atomic_store_explicit(&row->via_kind, COUNTED_NODE, memory_order_relaxed);
	atomic_store_explicit(&row->via, cell, memory_order_relaxed);
	hold_set(&row->via_hold, HOLD_TAKING);
	while (!active_move(&c->active, &seen, active_of(seen) + 1)) {
		if (exact && active_of(seen) != wanted) {
			hold_set(&row->via_hold, HOLD_FREE);
			return false;
		}
	}
	hold_set(&row->via_hold, HOLD_HELD);
	return true;
}

void pool_session_give(uint32_t cell, struct session_row *row)
{
	struct pool_cell *c = pool_cell(cell);

	if (c != NULL && row->via_hold == HOLD_HELD)
		hold_give(&row->via_hold, &c->active);
}

uint64_t pool_session_hold(uint32_t cell)
{
	const struct pool_cell *c = pool_cell(cell);

	return c != NULL ? atomic_load_explicit(&c->hold, memory_order_relaxed) : 0;
}

/* Many sessions may have dialled it at once: what they find out counts once. */
bool pool_session_failed(uint32_t cell, uint64_t hold, uint64_t now_ms)
{
	struct pool_cell *c = pool_cell(cell);

	return c != NULL && atomic_compare_exchange_strong(&c->hold, &hold,
							   pool_cell_hold_next(hold, now_ms));
}

void pool_session_connected(uint32_t cell)
{
	struct pool_cell *c = pool_cell(cell);

	if (c != NULL && atomic_load_explicit(&c->hold, memory_order_relaxed) != 0)
		atomic_store(&c->hold, 0);
}

unsigned pool_session_request(uint32_t cell, uint64_t now_ms, uint64_t timeout_ms)
{
	struct pool_cell *c = pool_cell(cell);
	uint64_t hold = pool_session_hold(cell);
	unsigned asked = pool_cell_hold_failures(hold);

	if (c == NULL || pool_cell_hold_until(hold) > now_ms)
		return 0;
	asked = asked < 255 ? asked + 1 : 255;
	return atomic_compare_exchange_strong(&c->hold, &hold,
					      (now_ms + timeout_ms) << 8 | asked) ? asked : 0;
}
