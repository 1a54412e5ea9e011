/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What lies in the shared memory: process slots, cells of services and
 * backends, session rows. Who may write what is said in scoreboard.h; a change
 * here needs a new layout number in scoreboard.c.
 */
#ifndef CORE_LAYOUT_H
#define CORE_LAYOUT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/active.h"
#include "core/cell_counters.h"
#include "core/counters.h"
#include "core/histogram.h"

/* What is in a slot: nobody, the master, a child of the n-th kind (SLOT_CHILDREN + n). */
enum slot_kind { SLOT_NONE, SLOT_MASTER, SLOT_CHILDREN, SLOT_KINDS = 16 };

enum slot_state {
	SLOT_EMPTY,	/* no process; the counts of the last one have been given back */
	SLOT_STARTING,
	SLOT_SERVING,
	SLOT_DRAINING,	/* accepts no more, finishes its sessions */
	SLOT_DEAD,	/* reaped; its counts have not been given back yet */
};

enum pause_cause { PAUSE_NONE, PAUSE_DESCRIPTORS, PAUSE_MEMORY, PAUSE_LIMIT };

/* A worker whose loop has not run for so long is passed over: others accept its clients. */
#define SLOT_STALE_MS 1000

struct slot {
	_Alignas(64) _Atomic uint32_t pid;
	_Atomic uint8_t  kind;		/* enum slot_kind, or a kind of child */
	_Atomic uint8_t  state;		/* enum slot_state */
	_Atomic uint8_t  paused;	/* enum pause_cause: not accepting */
	_Atomic uint8_t  spoofs;	/* may send datagrams with the address of others */
	_Atomic uint32_t number;	/* workers: 0, 1, ...; else 0 */
	_Atomic uint64_t beat_ms;	/* heartbeat: monotonic time of the last loop iteration */
	_Atomic uint64_t beats;		/* heartbeat: counts up; see the watchdog */
	_Atomic uint64_t generation;	/* serial of the configuration it uses */
	_Atomic uint64_t started_ms;	/* wall clock */
	_Atomic uint64_t sessions;	/* active now (workers) */
	_Atomic uint32_t rows;		/* session rows ever used: none above this one */
	_Alignas(64) _Atomic uint64_t counters[COUNTER_COUNT];	/* of all its processes */
	_Alignas(64) _Atomic uint64_t before[COUNTER_COUNT];	/* at this one's start */
};

/* Status of a backend as everybody sees it. */
enum health {
	HEALTH_UP,
	HEALTH_DOWN,
	HEALTH_CHECKING,	/* added, not passed its first check */
	HEALTH_UNRESOLVED,	/* of a group, always: its addresses have cells of their own */
};
enum dial_error { DIAL_REFUSED, DIAL_TIMEOUT, DIAL_UNREACHABLE, DIAL_RESET, DIAL_ERRORS };

struct backend_cell {
	_Alignas(64) _Atomic uint32_t health;	/* enum health */
	_Atomic uint32_t failures;	/* in a row, of real traffic; a success clears it */
	_Atomic uint32_t streak;	/* of the checks, same result in a row (control) */
	_Atomic uint32_t lookup;	/* of a group: lookup.h */
	_Atomic uint64_t since_ms;	/* wall clock of the last change of health */
	_Atomic uint64_t failed_ms;	/* monotonic time of going down, 0 while up */
	_Atomic uint64_t down_ms_total;
	_Atomic uint64_t changes;
	/* of a group: addresses that are not used, for want of cells, or in a ring (master) */
	_Atomic uint32_t short_of, looping;
	_Alignas(64) BACKEND_COUNTERS(CELL_FIELD, CELL_NO_FIELD)
};

struct service_cell {
	_Alignas(64) struct active active;	/* sessions now */
	_Atomic uint32_t peak;
	_Atomic uint32_t waits;		/* logged last: its clients are not accepted (control) */
	_Alignas(64) _Atomic uint64_t turn;	/* {backend index, left in its run} */
	_Alignas(64) SERVICE_COUNTERS(CELL_FIELD, CELL_NO_FIELD)
};

/*
 * One session. Taking a backend: backend and TAKING, then the count by
 * compare-and-swap, then HELD; giving mirrors it. See scoreboard_reclaim().
 */
enum hold { HOLD_FREE, HOLD_TAKING, HOLD_HELD, HOLD_GIVING };

/* What a row can hold the count of. */
enum counted { COUNTED_SERVICE, COUNTED_BACKEND, COUNTED_NODE /* core/pool_cell.h */, COUNTEDS };

struct session_row {
	_Alignas(64) _Atomic uint8_t service_hold;	/* enum hold of the service's count */
	_Atomic uint8_t  backend_hold;	/* enum hold of the backend's count */
	_Atomic uint16_t port;		/* client's, host order */
	_Atomic uint32_t service;	/* index */
	_Atomic uint32_t backend;	/* index */
	_Atomic uint32_t number;	/* the last part of the session's id */
	_Atomic uint64_t start_ms;	/* wall clock */
	_Atomic uint64_t to_backend, to_client;	/* bytes so far */
	uint8_t          client[16];	/* v6 or v4-mapped; zero for unix */
	_Atomic uint8_t  open;		/* the service has counted its start, and not its end */
	_Atomic uint8_t  via_hold;	/* enum hold of what a route has led to ... */
	_Atomic uint8_t  via_kind;	/* ... enum counted: a service, or a subscribed node */
	_Atomic uint32_t via;		/* ... its index */
};

#endif
