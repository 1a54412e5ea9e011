/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Counters and gauges of a service and of a backend, as rows: the fields of their cells, JSON,
 * metrics and the manual come from these tables. Those of a process are in counters.h.
 */
#ifndef CORE_CELL_COUNTERS_H
#define CORE_CELL_COUNTERS_H

#include "core/reason.h"

/*
 * ROW(field of the cell, group, type, name, unit, divisor, help). SET is the same for a field
 * that layout.h declares by itself, because of its cache line. The fields lie in the order of the
 * rows; JSON has them by group (cell_rows.h), and within one in the order of the rows. The stored
 * value, divided by the divisor, is the value in that unit.
 */
#define SERVICE_COUNTERS(ROW, SET) \
	ROW(sessions, SESSIONS, COUNTER, "sessions_total", "sessions", 1, \
	    "Sessions that were let in; those over max_connections are only in ended.") \
	SET(active, SESSIONS, ACTIVE, "sessions_active", "sessions", 1, "Sessions now.") \
	SET(peak, SESSIONS, GAUGE32, "sessions_peak", "sessions", 1, \
	    "Most sessions at a time.") \
	ROW(to_backend, TRAFFIC, COUNTER, "bytes_to_backend", "bytes", 1, \
	    "Bytes that backends were sent.") \
	ROW(to_client, TRAFFIC, COUNTER, "bytes_to_client", "bytes", 1, \
	    "Bytes that clients were sent.") \
	ROW(ended, TRAFFIC, REASONS, "ended", "sessions", 1, \
	    "Sessions that have ended, by reason.") \
	ROW(connect, TIMES, CONNECT_TIME, "connect_seconds", "seconds", 1000000, \
	    "Time from accepting a client to the connection to a backend.") \
	ROW(duration, TIMES, DURATION, "duration_seconds", "seconds", 1000000, \
	    "How long sessions lasted.")

/* The first five words are written for each session and lie in one cache line with the errors. */
#define BACKEND_COUNTERS(ROW, SET) \
	ROW(sessions, SESSIONS, COUNTER, "sessions_total", "sessions", 1, \
	    "Sessions that were connected to it.") \
	ROW(to_backend, TRAFFIC, COUNTER, "bytes_to_backend", "bytes", 1, \
	    "Bytes that it was sent.") \
	ROW(to_client, TRAFFIC, COUNTER, "bytes_to_client", "bytes", 1, \
	    "Bytes that came from it.") \
	ROW(errors, TRAFFIC, ERRORS, "errors", "errors", 1, "Connects that failed, by kind.") \
	SET(changes, HEALTH, COUNTER, "changes_total", "changes", 1, \
	    "How often it went up or down.") \
	SET(down_ms_total, HEALTH, DOWNTIME, "down_seconds_total", "seconds", 1000, \
	    "How long it was down, the present downtime included.") \
	ROW(last_session_ms, HEALTH, TIME, "last_session", "seconds", 1000, \
	    "When a session was last connected to it.") \
	ROW(check_us, LAST_CHECK, GAUGE, "seconds", "seconds", 1000000, \
	    "How long the last check took.") \
	ROW(check_at_ms, LAST_CHECK, TIME, "at", "seconds", 1000, "When the last check ended.") \
	ROW(checks_passed, CHECKS, COUNTER, "passed_total", "checks", 1, "Checks passed.") \
	ROW(checks_failed, CHECKS, COUNTER, "failed_total", "checks", 1, "Checks failed.")

/* CELL_FIELD is the ROW that declares the fields of a cell, CELL_NO_FIELD is its SET. */
#define CELL_FIELD(field, group, type, ...) CELL_FIELD_##type(field)
#define CELL_NO_FIELD(...)
#define CELL_FIELD_COUNTER(field)	_Atomic uint64_t field;
#define CELL_FIELD_GAUGE(field)		_Atomic uint64_t field;
#define CELL_FIELD_TIME(field)		_Atomic uint64_t field;
#define CELL_FIELD_REASONS(field)	_Atomic uint64_t field[REASON_COUNT];
#define CELL_FIELD_ERRORS(field)	_Atomic uint64_t field[DIAL_ERRORS];
#define CELL_FIELD_CONNECT_TIME(field)	struct histogram field;
#define CELL_FIELD_DURATION(field)	struct histogram field;

#endif
