/* SPDX-License-Identifier: BSD-2-Clause */
/* What a dead process held is given back: the master's part. */
#include <sched.h>

#include "core/clock.h"
#include "core/log.h"
#include "core/pool_cell.h"
#include "core/scoreboard.h"
#include "core/scoreboard_owned.h"

#define RECOUNT_US 10000	/* at a time; the master has other work */

static bool in_doubt;	/* some cell's count */

static uint32_t rows_of(uint32_t slot)
{
	return scoreboard_occupant(slot)->sessions ? scoreboard_rows(slot) : 0;
}

/* How many cells there are of what is counted. */
static uint32_t cells(enum counted what)
{
	switch (what) {
	case COUNTED_SERVICE:
		return scoreboard_sizes()->services;
	case COUNTED_BACKEND:
		return scoreboard_sizes()->backends;
	case COUNTED_NODE:
		return pool_cells_used();
	case COUNTEDS:
		break;
	}
	return 0;	/* a row with nonsense */
}

/* NULL: no such cell. */
static struct scoreboard_tally *tally_of(enum counted what, uint32_t index)
{
	return index < cells(what) ? scoreboard_owned_tally(what, index) : NULL;
}

static struct active *active_of_cell(enum counted what, uint32_t index)
{
	if (what == COUNTED_NODE)
		return &pool_cell(index)->active;
	return what == COUNTED_BACKEND ? backend_active(index) : &service_cell(index)->active;
}

static void mark_unsure(struct scoreboard_tally *tally)
{
	if (tally != NULL)
		tally->unsure = true;
}

/* A row that holds a cell for certain, or is just moving, and perhaps has counted. */
static void count_hold(const _Atomic uint8_t *hold, const _Atomic uint32_t *index,
		       enum counted what)
{
	uint8_t before = *hold;
	uint32_t at = *index, later;
	struct scoreboard_tally *tally = tally_of(what, at);

	/* its next session may have begun between the two reads */
	if (*hold != before || *index != at) {
		later = *index;
		mark_unsure(tally);
		mark_unsure(tally_of(what, later));
	} else if (before == HOLD_TAKING || before == HOLD_GIVING) {
		mark_unsure(tally);
	} else if (before == HOLD_HELD && tally != NULL) {
		tally->held++;
	}
}

/* A route leads to one thing after the other, of other kinds. */
static void count_via(const struct session_row *row)
{
	uint8_t kind = row->via_kind;

	count_hold(&row->via_hold, &row->via, kind);
	if (row->via_kind == kind)
		return;
	mark_unsure(tally_of(kind, row->via));
	mark_unsure(tally_of(row->via_kind, row->via));
}

static void count_rows(void)
{
	for (uint32_t slot = 0; slot < scoreboard_sizes()->slots; slot++) {
		const struct session_row *row = session_rows(slot);

		for (uint32_t left = rows_of(slot); left > 0; left--, row++) {
			count_hold(&row->backend_hold, &row->backend, COUNTED_BACKEND);
			count_hold(&row->service_hold, &row->service, COUNTED_SERVICE);
			count_via(row);
		}
	}
}

static void read_counts(enum counted what)
{
	for (uint32_t i = 0, count = cells(what); i < count; i++) {
		struct scoreboard_tally *t = tally_of(what, i);
		uint64_t seen = active_read(active_of_cell(what, i));

		/* pages of cells that nobody has ever used are not touched */
		if (seen != t->seen || t->held != 0 || t->unsure)
			*t = (struct scoreboard_tally){ .seen = seen, .doubt = t->doubt };
	}
}

/*
 * The count becomes what the rows say. That holds only if nobody moved it between the first
 * row and the last, which the word itself tells, and if no row was between two states: a
 * living worker is there for some nanoseconds, a dead one until its own turn comes.
 */
static void set_counts(enum counted what)
{
	for (uint32_t i = 0, count = cells(what); i < count; i++) {
		struct scoreboard_tally *t = tally_of(what, i);
		uint64_t seen = t->seen;

		if (!t->doubt && active_of(seen) == t->held)
			continue;
		t->doubt = t->unsure || !active_move(active_of_cell(what, i), &seen, t->held);
		in_doubt |= t->doubt;
	}
}

/*
 * A row that the dead left half done leaves a count in doubt, and so does whoever wrote where
 * it should not: all counts are compared with all rows. One walk is for all cells, for all of
 * them may be wrong. Where nothing is certain yet the doubt stays, for scoreboard_recount().
 */
static void check_counts(void)
{
	uint64_t end = clock_us() + RECOUNT_US;

	do {
		if (in_doubt)
			sched_yield();
		in_doubt = false;
		for (enum counted what = 0; what < COUNTEDS; what++)
			read_counts(what);
		count_rows();
		for (enum counted what = 0; what < COUNTEDS; what++)
			set_counts(what);
	} while (in_doubt && clock_us() < end);
}

void scoreboard_recount(void)
{
	if (in_doubt)
		check_counts();
}

static bool is_possible(enum hold hold, enum counted what, uint32_t index)
{
	return hold == HOLD_FREE || (hold <= HOLD_GIVING && index < cells(what));
}

/* What the row holds of the cell is given back. */
static void give(enum counted what, uint32_t index, enum hold hold)
{
	if (hold == HOLD_HELD)
		active_less(active_of_cell(what, index));
	else if (hold != HOLD_FREE)	/* the count may be moved already, or not yet */
		tally_of(what, index)->doubt = true;
}

/* Each word is read once: whoever could write nonsense may still be writing. false: nonsense. */
static bool reclaim_row(struct session_row *row)
{
	enum hold service_hold = row->service_hold, backend_hold = row->backend_hold;
	enum hold via_hold = row->via_hold;
	enum counted via_kind = row->via_kind;
	uint32_t service = row->service, backend = row->backend, via = row->via;
	bool open = row->open != 0;

	row->service_hold = row->backend_hold = row->via_hold = HOLD_FREE;
	row->open = 0;
	if (!is_possible(service_hold, COUNTED_SERVICE, service) ||
	    !is_possible(via_hold, via_kind, via) ||
	    !is_possible(backend_hold, COUNTED_BACKEND, backend))
		return false;
	give(COUNTED_BACKEND, backend, backend_hold);
	give(via_kind, via, via_hold);
	give(COUNTED_SERVICE, service, service_hold);
	if (service_hold != HOLD_FREE && open)
		atomic_fetch_add(&service_cell(service)->ended[REASON_LOST], 1);
	return true;
}

static void log_damage(uint32_t slot, uint32_t bad)
{
	log_write(LEVEL_ALERT, "the process in slot %u left %u session rows in the shared memory "
		  "with values that heddle never writes: it was damaged or taken over; the rows "
		  "are ignored", slot, bad);
}

uint32_t scoreboard_reclaim(uint32_t slot)
{
	struct session_row *row = session_rows(slot);
	uint32_t lost = 0, bad = 0, count = scoreboard_rows(slot);

	for (uint32_t i = 0; i < count; i++) {
		bool open = row[i].open != 0;

		if (row[i].service_hold == HOLD_FREE && row[i].backend_hold == HOLD_FREE &&
		    row[i].via_hold == HOLD_FREE)
			continue;
		if (!reclaim_row(&row[i]))
			bad++;
		else
			lost += open;
	}
	check_counts();
	if (bad != 0)
		log_damage(slot, bad);
	scoreboard_retire_counters(slot, scoreboard_sizes()->sessions + 1);
	scoreboard_vacate(slot);
	return lost;
}
