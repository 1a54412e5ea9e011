/* SPDX-License-Identifier: BSD-2-Clause */
/* What a dead process held is given back: the master's part. */
#include <sched.h>

#include "core/log.h"
#include "core/scoreboard.h"
#include "core/scoreboard_owned.h"

#define RECOUNTS 50

static bool in_doubt;	/* some cell's count */

static uint32_t rows_of(uint32_t slot)
{
	return scoreboard_kind(slot) == SLOT_WORKER ? scoreboard_rows(slot) : 0;
}

struct cell {	/* whose sessions are counted */
	uint32_t       index;
	bool           backend;		/* or a service */
	struct active *active;
	bool          *doubt;
};

static struct cell cell_of(uint32_t index, bool backend, const struct scoreboard_tally *tally)
{
	if (backend)
		return (struct cell){ index, true, backend_active(index),
				      &tally->backend_doubts[index] };
	return (struct cell){ index, false, &service_cell(index)->active,
			      &tally->service_doubts[index] };
}

/* true: it holds that cell for certain. *unsure: it is just moving, and perhaps has counted. */
static bool holds(const struct session_row *row, const struct cell *cell, bool *unsure)
{
	const _Atomic uint8_t *hold = cell->backend ? &row->backend_hold : &row->service_hold;
	const _Atomic uint32_t *index = cell->backend ? &row->backend : &row->service;
	uint8_t before = *hold;
	uint32_t at = *index;

	/* its next session may have begun between the two reads */
	if (*hold != before || *index != at) {
		*unsure = true;
		return false;
	}
	if (at != cell->index)
		return false;
	*unsure |= before == HOLD_TAKING || before == HOLD_GIVING;
	return before == HOLD_HELD;
}

static uint32_t count_held(const struct cell *cell, bool *unsure)
{
	uint32_t held = 0;

	*unsure = false;
	for (uint32_t slot = 0; slot < scoreboard_sizes()->slots; slot++) {
		const struct session_row *row = session_rows(slot);

		for (uint32_t left = rows_of(slot); left > 0; left--)
			held += holds(row++, cell, unsure);
	}
	return held;
}

/*
 * The count becomes what the rows say. That holds only if nobody moved it between the first
 * row and the last, which the word itself tells, and if no row was between two states: a
 * living worker is there for some nanoseconds, a dead one until its own turn comes. Where
 * that does not happen the doubt stays, and scoreboard_recount() tries again.
 */
static void recount(const struct cell *cell)
{
	for (int tries = 0; tries < RECOUNTS; tries++) {
		uint64_t seen = active_look(cell->active);
		bool unsure;
		uint32_t held = count_held(cell, &unsure);

		if (unsure) {
			sched_yield();
		} else if (active_move(cell->active, &seen, held)) {
			*cell->doubt = false;
			return;
		}
	}
	*cell->doubt = in_doubt = true;
}

static void count_row(const struct session_row *row, const struct scoreboard_tally *tally)
{
	uint32_t service = row->service, backend = row->backend;

	if (row->service_hold == HOLD_HELD && service < scoreboard_sizes()->services)
		tally->services[service]++;
	if (row->backend_hold == HOLD_HELD && backend < scoreboard_sizes()->backends)
		tally->backends[backend]++;
}

static void check_cells(const struct scoreboard_tally *tally, bool backends)
{
	const uint32_t *held = backends ? tally->backends : tally->services;
	uint32_t count = backends ? scoreboard_sizes()->backends : scoreboard_sizes()->services;

	for (uint32_t i = 0; i < count; i++) {
		struct cell cell = cell_of(i, backends, tally);

		if (*cell.doubt || active_count(cell.active) != held[i])
			recount(&cell);
	}
}

/*
 * A row that the dead left half done leaves a count in doubt, and so does whoever wrote where
 * it should not. One walk over all rows finds the other cells whose count may be wrong; of
 * those that only move just now the recount finds out.
 */
static void check_counts(void)
{
	struct scoreboard_tally tally = scoreboard_tally();

	for (uint32_t slot = 0; slot < scoreboard_sizes()->slots; slot++) {
		const struct session_row *row = session_rows(slot);

		for (uint32_t left = rows_of(slot); left > 0; left--)
			count_row(row++, &tally);
	}
	in_doubt = false;
	check_cells(&tally, true);
	check_cells(&tally, false);
}

void scoreboard_recount(void)
{
	if (in_doubt)
		check_counts();
}

static bool is_possible(enum hold hold, uint32_t index, uint32_t count)
{
	return hold == HOLD_FREE || (hold <= HOLD_GIVING && index < count);
}

/* What the row holds of the cell is given back. */
static void give(const struct cell *cell, enum hold hold)
{
	if (hold == HOLD_HELD)
		active_less(cell->active);
	else
		*cell->doubt = true;	/* the count may be moved already, or not yet */
}

/* Each word is read once: whoever could write nonsense may still be writing. false: nonsense. */
static bool reclaim_row(struct session_row *row, const struct scoreboard_tally *tally)
{
	enum hold service_hold = row->service_hold, backend_hold = row->backend_hold;
	uint32_t service = row->service, backend = row->backend;
	bool open = row->open != 0;

	row->service_hold = row->backend_hold = HOLD_FREE;
	row->open = 0;
	if (!is_possible(service_hold, service, scoreboard_sizes()->services) ||
	    !is_possible(backend_hold, backend, scoreboard_sizes()->backends))
		return false;
	if (backend_hold != HOLD_FREE) {
		struct cell cell = cell_of(backend, true, tally);

		give(&cell, backend_hold);
	}
	if (service_hold != HOLD_FREE) {
		struct cell cell = cell_of(service, false, tally);

		give(&cell, service_hold);
		if (open)
			atomic_fetch_add(&service_cell(service)->ended[REASON_LOST], 1);
	}
	return true;
}

static void tell_damage(uint32_t slot, uint32_t bad)
{
	log_write(LEVEL_ALERT, "the process in slot %u left %u session rows in the shared memory "
		  "with values that heddle never writes: it was damaged or taken over; the rows "
		  "are ignored", slot, bad);
}

uint32_t scoreboard_reclaim(uint32_t slot)
{
	struct session_row *row = session_rows(slot);
	struct scoreboard_tally tally = scoreboard_tally();
	uint32_t lost = 0, bad = 0, count = scoreboard_rows(slot);

	for (uint32_t i = 0; i < count; i++) {
		bool open = row[i].open != 0;

		if (row[i].service_hold == HOLD_FREE && row[i].backend_hold == HOLD_FREE)
			continue;
		if (!reclaim_row(&row[i], &tally))
			bad++;
		else
			lost += open;
	}
	check_counts();
	if (bad != 0)
		tell_damage(slot, bad);
	scoreboard_retire_counters(slot, scoreboard_sizes()->sessions + 1);
	scoreboard_vacate(slot);
	return lost;
}
