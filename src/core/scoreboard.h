/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The memory that all processes share, made before the first fork and never
 * moved: process slots, service and backend cells, the session table.
 *
 * Which process writes what: the fields of a slot only the process that is in it (the master
 * writes state, pid and kind while no process is there); cells every process, by atomic
 * operations only; a session row only the worker whose table it is in, and the master once that
 * worker is dead. Nothing here is locked, and no reader waits. The counters of a slot continue
 * where its last process left them, so that sums never decrease.
 *
 * The system lets every process write everything. A worker under foreign control may fill the
 * whole mapping with any bytes, and the master is root. The master therefore keeps the sizes, the
 * owners of slots and the owners of cells in private memory, and no process uses a value from the
 * mapping as an index, bound or address before it has checked it.
 */
#ifndef CORE_SCOREBOARD_H
#define CORE_SCOREBOARD_H

#include "core/base.h"
#include "core/handle.h"
#include "core/layout.h"

struct scoreboard_sizes {
	uint32_t slots;		/* processes: master, control, resolver, workers and spare ones */
	uint32_t services;
	uint32_t backends;	/* max_backends */
	uint32_t sessions;	/* rows per slot: worker_sessions */
};

/* Makes the mapping; false with errno when the system refuses. Once per program. */
bool scoreboard_open(const struct scoreboard_sizes *sizes) MUST_CHECK;
bool scoreboard_map(const struct scoreboard_sizes *sizes) MUST_CHECK;	/* part of it */
const struct scoreboard_sizes *scoreboard_sizes(void);

/* Shared words outside of the slots. The master writes them. */
struct scoreboard_shared {
	_Atomic uint32_t workers;	/* how many are wanted; slot maps follow it */
	_Atomic uint64_t generation;	/* serial of the last committed change */
	_Atomic uint64_t started_ms;	/* wall clock */
	_Atomic uint64_t started_at;	/* clock_ms() then: the wall clock may be set later */
	_Atomic uint64_t reloaded_ms;	/* wall clock of the last applied reload */
	_Atomic uint32_t reload_ok;	/* the last reload was applied */
	_Atomic uint32_t stopping;	/* readiness answers 503 */
	_Atomic uint32_t restarts[SLOT_KINDS];	/* of processes, by what slots say */
};
/* In the master a private copy, which scoreboard_publish() shows to the others. */
struct scoreboard_shared *scoreboard_shared(void);
void scoreboard_publish(void);

struct slot *scoreboard_slot(uint32_t slot);
uint32_t scoreboard_own(void);			/* this process's slot */
void scoreboard_set_own(uint32_t slot);

struct scoreboard_occupant {
	unsigned kind;		/* enum slot_kind */
	uint32_t number;
	bool     sessions;	/* it has session rows; in those of others nothing is looked for */
};

/*
 * Slots, by the master alone. occupy: a process of that kind is about to start. vacate: the
 * process has ended. restore: writes all that the master has in slots and in the words above
 * again, for other processes may have overwritten it.
 */
void scoreboard_occupy(uint32_t slot, const struct scoreboard_occupant *occupant);
void scoreboard_occupied_by(uint32_t slot, uint32_t pid);
void scoreboard_vacate(uint32_t slot);
/* As the master set it. */
const struct scoreboard_occupant *scoreboard_occupant(uint32_t slot);
void scoreboard_restore(void);
uint32_t scoreboard_rows(uint32_t slot);	/* session rows ever used, at most sizes.sessions */

struct backend_cell *backend_cell(uint32_t index);
struct active *backend_active(uint32_t index);	/* packed side by side, for scans */
struct service_cell *service_cell(uint32_t index);
struct session_row *session_rows(uint32_t slot);

/*
 * Cells, by the master alone. take: a free cell, zeroed, its handle; index
 * HANDLE_NONE when all are used. give: free again once its active count is 0.
 */
struct handle backend_cell_take(void);
bool backend_cell_left(void);	/* one could be taken now */
void backend_cell_give(struct handle handle);
struct handle service_cell_take(void);
void service_cell_give(struct handle handle);

/* A counter of this process. */
void counter_add(enum counter counter, uint64_t n);
void counter_set(enum counter counter, uint64_t value);
/* Sum over all processes, also those that have ended; never decreases for a counter. */
uint64_t counter_sum(enum counter counter);
/* Of the process that is in the slot. */
uint64_t counter_of(uint32_t slot, enum counter counter);

/*
 * After a process died (master alone): gives back the counts that its session rows hold, counts
 * its sessions as REASON_LOST, and compares the counts of all cells with the rows of the other
 * workers. Returns how many sessions it held. The slot is EMPTY afterwards. Rows with values that
 * heddle never writes are logged as an alert and change nothing.
 */
uint32_t scoreboard_reclaim(uint32_t slot);
/* Now and then: compares the counts again that changed too fast to be compared at a death. */
void scoreboard_recount(void);
/*
 * Part of scoreboard_reclaim(): the counters of the dead process become the base for the next one
 * in the slot. Sessions that it has accepted and not ended, at most `most`, count as ended.
 */
void scoreboard_retire_counters(uint32_t slot, uint32_t most);

#endif
