/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/pool_owner.h"

#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/map.h"
#include "core/pool_cell.h"
#include "core/shared_map.h"

enum use { FREE, USED, LEAVING };

static uint8_t *uses;		/* enum use, by cell */
static uint32_t *senders;	/* by cell */
static uint32_t *spare;		/* free cells below `highest` */
static uint32_t spares, room, highest;
static uint32_t leaving;	/* cells that sessions are left in */
static bool left_found;		/* find_left() has been called */

struct pool_sender {
	uint32_t sender;
	uint32_t nodes;
};
static struct map by_sender = { .release = free };

bool pool_owner_open(void)
{
	uint32_t most = pool_cells_most();

	uses = shared_map_private(most);
	senders = shared_map_private((size_t)most * sizeof(*senders));
	highest = pool_cells_used();
	spares = room = 0;
	spare = NULL;
	leaving = 0;
	left_found = false;
	return uses != NULL && senders != NULL;
}

void pool_owner_close(void)
{
	free(spare);
	spare = NULL;
	spares = room = 0;
	map_clear(&by_sender);
}

static void add_spare(uint32_t cell)
{
	if (spares == room) {
		room = room != 0 ? room * 2 : 256;
		spare = realloc(spare, room * sizeof(*spare));
		CHECK(spare != NULL);
	}
	spare[spares++] = cell;
}

bool pool_owner_mark(uint32_t cell, uint16_t generation)
{
	if (cell >= highest || uses[cell] == USED ||
	    atomic_load(&pool_cell(cell)->generation) != generation)
		return false;
	leaving -= uses[cell] == LEAVING;
	uses[cell] = USED;
	return true;
}

/* What a predecessor used and no table names any more. */
static void find_left(void)
{
	for (uint32_t i = 0; i < highest && !left_found; i++) {
		if (uses[i] != FREE)
			continue;
		uses[i] = LEAVING;
		leaving++;
	}
	left_found = true;
}

uint32_t pool_owner_take(void)
{
	struct pool_cell *c;
	uint16_t generation;
	uint32_t cell;

	find_left();
	if (spares == 0 && highest == pool_cells_most())
		return POOL_CELL_NONE;
	cell = spares != 0 ? spare[--spares] : highest++;
	pool_cells_use(cell);
	c = pool_cell(cell);
	uses[cell] = USED;
	generation = (uint16_t)(atomic_load(&c->generation) + 1);
	memset((char *)c + sizeof(c->active), 0, sizeof(*c) - sizeof(c->active));
	atomic_store(&c->generation, generation);
	return cell;
}

void pool_owner_give(uint32_t cell)
{
	if (cell >= highest || uses[cell] != USED)
		return;
	pool_owner_set_sender(cell, 0);
	/* a worker that has read the pool before looks at it once it has counted */
	atomic_fetch_add(&pool_cell(cell)->generation, 1);
	uses[cell] = LEAVING;
	leaving++;
}

void pool_owner_collect(void)
{
	uint32_t left = leaving;

	for (uint32_t i = 0; i < highest && left != 0; i++) {
		if (uses[i] != LEAVING)
			continue;
		left--;
		if (active_count(&pool_cell(i)->active) != 0)
			continue;
		uses[i] = FREE;
		leaving--;
		add_spare(i);
	}
}

uint32_t pool_owner_sender(uint32_t cell)
{
	return cell < highest ? senders[cell] : 0;
}

uint32_t pool_owner_count(uint32_t sender)
{
	const struct pool_sender *s = map_get(&by_sender, map_number(&sender));

	return s != NULL ? s->nodes : 0;
}

static void one_less(uint32_t sender)
{
	struct pool_sender *s = map_get(&by_sender, map_number(&sender));

	if (s != NULL && --s->nodes == 0)
		(void)map_remove(&by_sender, map_number(&sender));
}

static void one_more(uint32_t sender)
{
	struct pool_sender *s = map_get(&by_sender, map_number(&sender));

	if (s == NULL) {
		s = calloc(1, sizeof(*s));
		CHECK(s != NULL);
		s->sender = sender;
		map_set(&by_sender, map_number(&s->sender), s);
	}
	s->nodes++;
}

void pool_owner_set_sender(uint32_t cell, uint32_t sender)
{
	if (cell >= highest || senders[cell] == sender)
		return;
	if (senders[cell] != 0)
		one_less(senders[cell]);
	senders[cell] = sender;
	if (sender != 0)
		one_more(sender);
}
