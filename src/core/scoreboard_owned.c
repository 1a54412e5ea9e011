/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/scoreboard_owned.h"

#include <string.h>

#include "core/clock.h"
#include "core/pool_cell.h"
#include "core/shared_map.h"

struct occupant {
	struct scoreboard_occupant is;	/* kind SLOT_NONE: nobody */
	uint32_t pid;
	uint64_t started_ms;
};

static struct occupant *occupants;	/* by slot */
static uint32_t *backend_owners;	/* by cell: generation of its handle; 0: free */
static uint32_t *service_owners;
static struct scoreboard_tally *tallies[COUNTEDS];
static uint32_t next_backend, next_service;	/* where to look first */

bool scoreboard_owned_open(const struct scoreboard_sizes *sizes)
{
	size_t slots = sizes->slots * sizeof(*occupants);
	size_t backends = sizes->backends * sizeof(*backend_owners);
	size_t services = sizes->services * sizeof(*service_owners);
	size_t counts = ((size_t)sizes->backends + sizes->services + pool_cells_most()) *
			sizeof(struct scoreboard_tally);
	char *base = shared_map_private(counts + slots + backends + services);

	if (base == NULL)
		return false;
	tallies[COUNTED_BACKEND] = (struct scoreboard_tally *)(void *)base;
	tallies[COUNTED_SERVICE] = tallies[COUNTED_BACKEND] + sizes->backends;
	tallies[COUNTED_NODE] = tallies[COUNTED_SERVICE] + sizes->services;
	occupants = (struct occupant *)(void *)(base + counts);
	backend_owners = (uint32_t *)(void *)(base + counts + slots);
	service_owners = backend_owners + sizes->backends;
	next_backend = next_service = 0;
	return true;
}

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

		/* a session may still hold the cell of a removed backend */
		if (backend_owners[i] != 0 || active_count(backend_active(i)) != 0)
			continue;
		memset((void *)cell, 0, sizeof(*cell));
		cell->since_ms = clock_wall_ms();
		backend_owners[i] = new_generation();
		next_backend = i + 1;
		return (struct handle){ i, backend_owners[i] };
	}
	return (struct handle){ HANDLE_NONE, 0 };
}

bool backend_cell_left(void)
{
	for (uint32_t i = 0; i < scoreboard_sizes()->backends; i++) {
		if (backend_owners[i] == 0 && active_count(backend_active(i)) == 0)
			return true;
	}
	return false;
}

void backend_cell_give(struct handle handle)
{
	if (backend_owners[handle.index] == handle.generation)
		backend_owners[handle.index] = 0;
}

struct handle service_cell_take(void)
{
	uint32_t size = scoreboard_sizes()->services;

	for (uint32_t step = 0; step < size; step++) {
		uint32_t i = (next_service + step) % size;
		struct service_cell *cell = service_cell(i);

		if (service_owners[i] != 0 || active_count(&cell->active) != 0)
			continue;
		memset((void *)cell, 0, sizeof(*cell));
		cell->turn = (uint64_t)HANDLE_NONE << 32;
		service_owners[i] = new_generation();
		next_service = i + 1;
		return (struct handle){ i, service_owners[i] };
	}
	return (struct handle){ HANDLE_NONE, 0 };
}

void service_cell_give(struct handle handle)
{
	if (service_owners[handle.index] == handle.generation)
		service_owners[handle.index] = 0;
}

struct scoreboard_tally *scoreboard_owned_tally(enum counted what, uint32_t index)
{
	return &tallies[what][index];
}

/* Writes who is in a slot. State and the other fields are written by that process. */
static void show(uint32_t slot)
{
	const struct occupant *o = &occupants[slot];
	struct slot *s = scoreboard_slot(slot);

	atomic_store(&s->number, o->is.number);
	atomic_store(&s->kind, (uint8_t)o->is.kind);
	atomic_store(&s->pid, o->pid);
	atomic_store(&s->started_ms, o->started_ms);
	if (o->is.kind == SLOT_NONE)
		atomic_store(&s->state, SLOT_EMPTY);
}

void scoreboard_occupy(uint32_t slot, const struct scoreboard_occupant *occupant)
{
	struct slot *s = scoreboard_slot(slot);

	occupants[slot] = (struct occupant){ *occupant, 0, clock_wall_ms() };
	atomic_store(&s->paused, PAUSE_NONE);
	atomic_store(&s->beats, 0);
	atomic_store(&s->beat_ms, clock_ms());
	show(slot);
	atomic_store(&s->state, SLOT_STARTING);
}

void scoreboard_occupied_by(uint32_t slot, uint32_t pid)
{
	occupants[slot].pid = pid;
	atomic_store(&scoreboard_slot(slot)->pid, pid);
}

const struct scoreboard_occupant *scoreboard_occupant(uint32_t slot)
{
	return &occupants[slot].is;
}

void scoreboard_vacate(uint32_t slot)
{
	struct slot *s = scoreboard_slot(slot);

	occupants[slot] = (struct occupant){ .is = { .kind = SLOT_NONE } };
	s->sessions = 0;
	s->rows = 0;
	s->paused = PAUSE_NONE;
	s->generation = 0;
	show(slot);
}

void scoreboard_restore(void)
{
	for (uint32_t slot = 0; slot < scoreboard_sizes()->slots; slot++)
		show(slot);
	scoreboard_publish();
}
