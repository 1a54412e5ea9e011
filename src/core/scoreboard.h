/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The memory that all processes share, made before the first fork and never
 * moved: process slots, service and backend cells, the session table.
 *
 * Who writes what: a slot's fields only its own process (the master writes
 * state, pid, kind while no process is there); cells everybody, by atomic
 * operations only; a session row only the worker whose table it is in, and the
 * master once that worker is dead. Nothing here is locked and no reader waits.
 */
#ifndef CORE_SCOREBOARD_H
#define CORE_SCOREBOARD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"
#include "core/counters.h"
#include "core/handle.h"
#include "core/histogram.h"
#include "core/reason.h"

enum slot_kind { SLOT_NONE, SLOT_MASTER, SLOT_WORKER, SLOT_RESOLVER, SLOT_CONTROL };

enum slot_state {
	SLOT_EMPTY,	/* nobody; what its predecessor left has been folded */
	SLOT_STARTING,
	SLOT_SERVING,
	SLOT_DRAINING,	/* accepts nothing, finishes what it has */
	SLOT_DEAD,	/* reaped, not folded yet */
};

enum pause_cause { PAUSE_NONE, PAUSE_DESCRIPTORS, PAUSE_MEMORY, PAUSE_LIMIT };

struct slot {
	_Alignas(64) _Atomic uint32_t pid;
	_Atomic uint8_t  kind;		/* enum slot_kind */
	_Atomic uint8_t  state;		/* enum slot_state */
	_Atomic uint8_t  paused;	/* enum pause_cause: not accepting */
	_Atomic uint32_t number;	/* workers: 0, 1, ...; else 0 */
	_Atomic uint64_t beat_ms;	/* monotonic time of the last turn of its loop */
	_Atomic uint64_t beats;		/* counts up; the watchdog looks at changes */
	_Atomic uint64_t generation;	/* serial of the configuration it uses */
	_Atomic uint64_t started_ms;	/* wall clock */
	_Atomic uint64_t sessions;	/* active now (workers) */
	_Alignas(64) _Atomic uint64_t counters[COUNTER_COUNT];
};

/* Status of a backend as everybody sees it. */
enum health { HEALTH_UP, HEALTH_DOWN, HEALTH_CHECKING /* added, not passed its first check */ };
enum dial_error { DIAL_REFUSED, DIAL_TIMEOUT, DIAL_UNREACHABLE, DIAL_RESET, DIAL_ERRORS };

struct backend_cell {
	_Alignas(64) _Atomic uint32_t generation;	/* of the handle that owns it; 0: free */
	_Atomic uint32_t health;	/* enum health */
	_Atomic uint32_t failures;	/* in a row, of real traffic; a success clears it */
	_Atomic uint32_t streak;	/* of the checks, same result in a row (control) */
	_Atomic uint64_t since_ms;	/* wall clock of the last change of health */
	_Atomic uint64_t failed_ms;	/* monotonic time of going down, 0 while up */
	_Atomic uint64_t down_ms_total;
	_Atomic uint64_t changes;
	_Alignas(64) _Atomic uint64_t sessions;	/* chosen and connected, ever */
	_Atomic uint64_t to_backend, to_client;	/* bytes */
	_Atomic uint64_t errors[DIAL_ERRORS];
	_Atomic uint64_t last_session_ms;	/* wall clock */
	_Atomic uint64_t checks_passed, checks_failed;
	_Atomic uint64_t check_at_ms, check_us;	/* wall clock; how long the last one took */
};

struct service_cell {
	_Alignas(64) _Atomic uint32_t generation;
	_Atomic uint32_t active;	/* sessions now */
	_Atomic uint32_t peak;
	_Alignas(64) _Atomic uint64_t turn;	/* round robin: {backend index, left in its run} */
	_Alignas(64) _Atomic uint64_t sessions;
	_Atomic uint64_t to_backend, to_client;
	_Atomic uint64_t ended[REASON_COUNT];
	struct histogram connect;	/* buckets: histogram_connect */
	struct histogram duration;	/* buckets: histogram_duration */
};

/*
 * One session. Taking a backend: backend and TAKING, then the count by
 * compare-and-swap, then HELD; giving mirrors it. See scoreboard_reclaim().
 */
enum hold { HOLD_FREE, HOLD_TAKING, HOLD_HELD, HOLD_GIVING };

struct session_row {
	_Atomic uint8_t  service_hold;	/* enum hold of the service's count */
	_Atomic uint8_t  backend_hold;	/* enum hold of the backend's count */
	_Atomic uint16_t port;		/* client's, host order */
	_Atomic uint32_t service;	/* index */
	_Atomic uint32_t backend;	/* index */
	_Atomic uint32_t number;	/* the last part of the session's id */
	_Atomic uint64_t start_ms;	/* wall clock */
	_Atomic uint64_t to_backend, to_client;	/* bytes so far */
	uint8_t          client[16];	/* v6 or v4-mapped; zero for unix */
};

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
	_Atomic uint32_t listen_slots;	/* sockets per address, fixed */
	_Atomic uint64_t generation;	/* serial of the last committed change */
	_Atomic uint64_t started_ms;	/* wall clock */
	_Atomic uint64_t reloaded_ms;	/* wall clock of the last applied reload */
	_Atomic uint32_t reload_ok;	/* the last reload was applied */
	_Atomic uint32_t stopping;	/* readiness answers 503 */
	_Atomic uint32_t restarts[8];	/* of processes, by enum slot_kind */
};
struct scoreboard_shared *scoreboard_shared(void);

struct slot *scoreboard_slot(uint32_t slot);
uint32_t scoreboard_own(void);			/* this process's slot */
void scoreboard_set_own(uint32_t slot);
/* The slot of worker `number`, NULL while there is none that lives and is not draining. */
struct slot *scoreboard_worker(uint32_t number);

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

#endif
