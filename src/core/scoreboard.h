/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The memory that all processes share, made before the first fork and never
 * moved: process slots, service and backend cells, the session table.
 *
 * Who writes what: a slot's fields only its own process (the master writes
 * state, pid, kind while no process is there); cells everybody, by atomic
 * operations only; a session row only the worker whose table it is in, and the
 * master once that worker is dead. Nothing here is locked, and no reader waits: the
 * counters of a slot go on where the process before had them, so that sums never go back.
 *
 * Who may write what: every process everything. A worker that a stranger has taken
 * over may fill all of it with any bytes, and the master is root. Sizes, who is in
 * which slot and which cells are taken are therefore kept in private memory, and
 * what is read here is no index, bound or address before it has been checked.
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
/* In the master a private copy, which scoreboard_publish() shows to the others. */
struct scoreboard_shared *scoreboard_shared(void);
void scoreboard_publish(void);

struct slot *scoreboard_slot(uint32_t slot);
uint32_t scoreboard_own(void);			/* this process's slot */
void scoreboard_set_own(uint32_t slot);

/*
 * Slots, by the master alone. occupy: a process of that kind is about to be there. vacate:
 * it is gone. restore: what the master wrote in all slots and in the words above is written
 * again, for others may have overwritten it.
 */
void scoreboard_occupy(uint32_t slot, enum slot_kind kind, uint32_t number);
void scoreboard_occupied_by(uint32_t slot, uint32_t pid);
void scoreboard_vacate(uint32_t slot);
enum slot_kind scoreboard_kind(uint32_t slot);	/* as the master set it */
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
void backend_cell_give(struct handle handle);
struct handle service_cell_take(void);
void service_cell_give(struct handle handle);

/* A counter of this process. */
void counter_add(enum counter counter, uint64_t n);
void counter_set(enum counter counter, uint64_t value);
/* Over all processes that are or were; never goes back for counters. */
uint64_t counter_sum(enum counter counter);
/* Of the process that is in the slot. */
uint64_t counter_of(uint32_t slot, enum counter counter);

/*
 * After a process died (master alone): its rows are given back, its sessions counted as
 * REASON_LOST, and the counts of all cells are compared with the rows of those who live.
 * Returns how many sessions it held. The slot is EMPTY afterwards. What is in the rows
 * is checked: an alert tells of values that heddle never writes, and they change nothing.
 */
uint32_t scoreboard_reclaim(uint32_t slot);
/* Now and then: counts that moved too fast to be compared at a death are looked at again. */
void scoreboard_recount(void);
/*
 * Part of scoreboard_reclaim(): its counters are its predecessor's from now on. Sessions that
 * it has accepted and not ended, at most `most`, count as ended.
 */
void scoreboard_retire_counters(uint32_t slot, uint32_t most);

#endif
