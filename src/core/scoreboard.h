/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The memory that all processes share, made before the first fork and never
 * moved: process slots, service and backend cells, the session table.
 *
 * Who writes what: a slot's fields only its own process (the master writes
 * state, pid, kind while no process is there); cells everybody, by atomic
 * operations only; a session row only the worker whose table it is in, and the
 * master once that worker is dead. Nothing here is locked. Readers of a sum over
 * processes read again while the master adds a dead one's counters.
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
const struct scoreboard_sizes *scoreboard_sizes(void);

/* Shared words that belong to nobody's slot. The master writes them. */
struct scoreboard_shared {
	_Atomic uint32_t workers;	/* how many are wanted; slot maps follow it */
	_Atomic uint64_t generation;	/* serial of the last committed change */
	_Atomic uint64_t started_ms;	/* wall clock */
	_Atomic uint64_t started_at;	/* clock_ms() then: the wall clock may be set later */
	_Atomic uint64_t reloaded_ms;	/* wall clock of the last applied reload */
	_Atomic uint32_t reload_ok;	/* the last reload was applied */
	_Atomic uint32_t stopping;	/* readiness answers 503 */
	_Atomic uint32_t restarts[8];	/* of processes, by enum slot_kind */
};
struct scoreboard_shared *scoreboard_shared(void);

struct slot *scoreboard_slot(uint32_t slot);
uint32_t scoreboard_own(void);			/* this process's slot */
void scoreboard_set_own(uint32_t slot);

struct backend_cell *backend_cell(uint32_t index);
_Atomic uint32_t *backend_active(uint32_t index);	/* packed side by side, for scans */
struct service_cell *service_cell(uint32_t index);
struct session_row *session_rows(uint32_t slot);

/*
 * Cells, by the master alone. take: a free cell, zeroed, its handle; index
 * HANDLE_NONE when all are used. give: free again once its active count is 0.
 */
struct handle backend_cell_take(void);
void backend_cell_give(struct handle handle);
struct handle service_cell_take(void);
void service_cell_give(struct handle handle);

/* A counter of this process. */
void counter_add(enum counter counter, uint64_t n);
void counter_set(enum counter counter, uint64_t value);
/* Over all processes that are or were; never goes back for counters. */
uint64_t counter_sum(enum counter counter);
uint64_t counter_of(uint32_t slot, enum counter counter);

/*
 * After a process died (master alone): its counters are folded into the
 * retired ones, its rows given back, its sessions counted as REASON_LOST.
 * Returns how many sessions it held. The slot is EMPTY afterwards.
 */
uint32_t scoreboard_reclaim(uint32_t slot);
/* Part of it: counters to the retired ones, `lost` sessions counted as ended. */
void scoreboard_fold(uint32_t slot, uint32_t lost);

#endif
