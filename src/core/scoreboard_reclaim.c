/* SPDX-License-Identifier: BSD-2-Clause */
/* What a dead process held is given back: the master's part. */
#include <sched.h>

#include "core/log.h"
#include "core/scoreboard.h"
#include "core/scoreboard_owned.h"

#define RECOUNTS 200

static uint32_t rows_of(uint32_t slot)
{
	return scoreboard_kind(slot) == SLOT_WORKER ? scoreboard_rows(slot) : 0;
}

/*
 * How many rows of all processes hold that backend (or service) for certain.
 * *unsure: one was just being taken or given, so that the count may be moved already.
 */
static uint32_t count_held(uint32_t index, bool backend, bool *unsure)
{
	uint32_t held = 0;

	*unsure = false;
	for (uint32_t slot = 0; slot < scoreboard_sizes()->slots; slot++) {
		const struct session_row *row = session_rows(slot);
		uint32_t rows = rows_of(slot);

		for (uint32_t i = 0; i < rows; i++, row++) {
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

static void count_row(const struct session_row *row, const struct scoreboard_tally *tally)
{
	uint32_t service = row->service, backend = row->backend;

	if (row->service_hold == HOLD_HELD && service < scoreboard_sizes()->services)
		tally->services[service]++;
	if (row->backend_hold == HOLD_HELD && backend < scoreboard_sizes()->backends)
		tally->backends[backend]++;
}

/*
 * A row that the dead left half done leaves a count in doubt, and so does whoever wrote where
 * it should not. One walk over all rows finds the cells whose count may be wrong; of those
 * that only move just now the recount finds out.
 */
static void check_counts(void)
{
	struct scoreboard_tally tally = scoreboard_tally();

	for (uint32_t slot = 0; slot < scoreboard_sizes()->slots; slot++) {
		const struct session_row *row = session_rows(slot);

		for (uint32_t left = rows_of(slot); left > 0; left--)
			count_row(row++, &tally);
	}
	for (uint32_t i = 0; i < scoreboard_sizes()->backends; i++) {
		if (*backend_active(i) != tally.backends[i])
			recount(backend_active(i), i, true);
	}
	for (uint32_t i = 0; i < scoreboard_sizes()->services; i++) {
		if (service_cell(i)->active != tally.services[i])
			recount(&service_cell(i)->active, i, false);
	}
}

static bool is_possible(enum hold hold, uint32_t index, uint32_t count)
{
	return hold == HOLD_FREE || (hold <= HOLD_GIVING && index < count);
}

/* Each word is read once: whoever could write nonsense may still be writing. false: nonsense. */
static bool reclaim_row(struct session_row *row)
{
	enum hold service_hold = row->service_hold, backend_hold = row->backend_hold;
	uint32_t service = row->service, backend = row->backend;
	bool service_possible, backend_possible;

	row->service_hold = row->backend_hold = HOLD_FREE;
	service_possible = is_possible(service_hold, service, scoreboard_sizes()->services);
	backend_possible = is_possible(backend_hold, backend, scoreboard_sizes()->backends);
	if (backend_possible && backend_hold == HOLD_HELD)
		give_count(backend_active(backend));
	if (service_possible && service_hold == HOLD_HELD) {
		give_count(&service_cell(service)->active);
		atomic_fetch_add(&service_cell(service)->ended[REASON_LOST], 1);
	}
	return service_possible && backend_possible;
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
	uint32_t lost = 0, bad = 0, count = scoreboard_rows(slot);

	for (uint32_t i = 0; i < count; i++) {
		if (row[i].service_hold == HOLD_FREE && row[i].backend_hold == HOLD_FREE)
			continue;
		if (reclaim_row(&row[i]))
			lost++;
		else
			bad++;
	}
	check_counts();
	if (bad != 0)
		tell_damage(slot, bad);
	scoreboard_retire_counters(slot, lost);
	scoreboard_vacate(slot);
	return lost;
}
