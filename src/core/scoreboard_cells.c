/* SPDX-License-Identifier: BSD-2-Clause */
/* Cells handed out and taken back, and what a dead process held: the master's part. */
#include <sched.h>
#include <string.h>

#include "core/clock.h"
#include "core/scoreboard.h"

#define RECOUNTS 200

static uint32_t next_backend, next_service;	/* where to look first */

/* Generations of one cell never repeat within a run: they come from one count. */
static uint32_t new_generation(void)
{
	static uint32_t last;

	if (++last == 0)
		last = 1;
	return last;
}

struct handle backend_cell_take(void)
{
	uint32_t size = scoreboard_sizes()->backends;

	for (uint32_t step = 0; step < size; step++) {
		uint32_t i = (next_backend + step) % size;
		struct backend_cell *cell = backend_cell(i);

		if (cell->generation != 0 || *backend_active(i) != 0)
			continue;
		memset((void *)cell, 0, sizeof(*cell));
		cell->since_ms = clock_wall_ms();
		cell->generation = new_generation();
		next_backend = i + 1;
		return (struct handle){ i, cell->generation };
	}
	return (struct handle){ HANDLE_NONE, 0 };
}

void backend_cell_give(struct handle handle)
{
	struct backend_cell *cell = backend_cell(handle.index);

	if (cell->generation == handle.generation)
		cell->generation = 0;
}

struct handle service_cell_take(void)
{
	uint32_t size = scoreboard_sizes()->services;

	for (uint32_t step = 0; step < size; step++) {
		uint32_t i = (next_service + step) % size;
		struct service_cell *cell = service_cell(i);

		if (cell->generation != 0 || cell->active != 0)
			continue;
		memset((void *)cell, 0, sizeof(*cell));
		cell->turn = (uint64_t)HANDLE_NONE << 32;
		cell->generation = new_generation();
		next_service = i + 1;
		return (struct handle){ i, cell->generation };
	}
	return (struct handle){ HANDLE_NONE, 0 };
}

void service_cell_give(struct handle handle)
{
	struct service_cell *cell = service_cell(handle.index);

	if (cell->generation == handle.generation)
		cell->generation = 0;
}

/*
 * How many rows of all processes hold that backend (or service) for certain.
 * *unsure: one was just being taken or given, so that the count may be moved already.
 */
static uint32_t count_held(uint32_t index, bool backend, bool *unsure)
{
	const struct scoreboard_sizes *sizes = scoreboard_sizes();
	uint32_t held = 0;

	*unsure = false;
	for (uint32_t slot = 0; slot < sizes->slots; slot++) {
		const struct slot *s = scoreboard_slot(slot);
		const struct session_row *row = session_rows(slot);

		if (s->kind != SLOT_WORKER || s->state == SLOT_EMPTY)
			continue;
		for (uint32_t i = 0; i < s->rows; i++, row++) {
			uint8_t hold = backend ? row->backend_hold : row->service_hold;

			if ((backend ? row->backend : row->service) != index)
				continue;
			held += hold == HOLD_HELD;
			*unsure |= hold == HOLD_TAKING || hold == HOLD_GIVING;
		}
	}
	return held;
}

/*
 * The one count that a half-done row leaves in doubt is counted anew, until nobody moved
 * it meanwhile. Those in between are done in some nanoseconds, but for another dead worker's.
 */
static void recount(_Atomic uint32_t *active, uint32_t index, bool backend)
{
	for (int tries = 0; tries < RECOUNTS; tries++) {
		uint32_t seen = *active;
		bool unsure;
		uint32_t held = count_held(index, backend, &unsure);

		if (unsure && tries < RECOUNTS / 2)
			sched_yield();
		else if (seen == held || atomic_compare_exchange_strong(active, &seen, held))
			return;
	}
}

static void give_count(_Atomic uint32_t *active)
{
	uint32_t seen = *active;

	while (seen != 0 && !atomic_compare_exchange_weak(active, &seen, seen - 1))
		;
}

struct doubts {
	uint32_t count;
	struct {
		uint32_t index;
		bool     backend;
	} list[2];	/* a process dies in at most one taking and one giving */
};

static void doubt(struct doubts *d, uint32_t index, bool backend)
{
	if (d->count < 2) {
		d->list[d->count].index = index;
		d->list[d->count].backend = backend;
		d->count++;
	}
}

static void reclaim_row(struct session_row *row, struct doubts *doubts)
{
	uint8_t service = row->service_hold, backend = row->backend_hold;

	row->service_hold = row->backend_hold = HOLD_FREE;
	if (backend == HOLD_HELD)
		give_count(backend_active(row->backend));
	else if (backend != HOLD_FREE)
		doubt(doubts, row->backend, true);
	if (service == HOLD_HELD) {
		give_count(&service_cell(row->service)->active);
		atomic_fetch_add(&service_cell(row->service)->ended[REASON_LOST], 1);
	} else if (service != HOLD_FREE) {
		doubt(doubts, row->service, false);
	}
}

uint32_t scoreboard_reclaim(uint32_t slot)
{
	struct slot *s = scoreboard_slot(slot);
	struct session_row *row = session_rows(slot);
	struct doubts doubts = { .count = 0 };
	uint32_t lost = 0;

	for (uint32_t i = 0; i < s->rows; i++) {
		if (row[i].service_hold == HOLD_FREE && row[i].backend_hold == HOLD_FREE)
			continue;
		lost++;
		reclaim_row(&row[i], &doubts);
	}
	for (uint32_t i = 0; i < doubts.count; i++) {
		uint32_t index = doubts.list[i].index;

		recount(doubts.list[i].backend ? backend_active(index)
					       : &service_cell(index)->active,
			index, doubts.list[i].backend);
	}
	scoreboard_fold(slot, lost);
	s->sessions = 0;
	s->rows = 0;
	s->pid = 0;
	s->paused = PAUSE_NONE;
	s->generation = 0;
	s->kind = SLOT_NONE;
	s->state = SLOT_EMPTY;
	return lost;
}
