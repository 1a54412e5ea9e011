/* SPDX-License-Identifier: BSD-2-Clause */
/* The tables of cell_counters.h for those who read all counters of a cell in a loop. */
#ifndef CORE_CELL_ROWS_H
#define CORE_CELL_ROWS_H

/* Where JSON has them: other keys come between the groups. Those of checks are in `check`. */
enum cell_group {
	CELL_SESSIONS,
	CELL_TRAFFIC,
	CELL_TIMES,
	CELL_LAST_CHECK,
	CELL_CHECKS,
	CELL_HEALTH,
};

enum cell_type {
	CELL_COUNTER,		/* only grows */
	CELL_GAUGE,		/* goes up and down */
	CELL_GAUGE32,		/* a gauge of 32 bits */
	CELL_ACTIVE,		/* struct active */
	CELL_DOWNTIME,		/* a counter; the downtime that lasts yet is added */
	CELL_TIME,		/* wall clock; 0: never */
	CELL_REASONS,		/* counters, one for each of enum reason */
	CELL_ERRORS,		/* counters, one for each of enum dial_error */
	CELL_CONNECT_TIME,	/* histogram of the scale histogram_connect */
	CELL_DURATION,		/* histogram of the scale histogram_duration */
};

struct cell_row {
	const char      *name;	/* "sessions_total"; NULL ends the table */
	const char      *unit;
	const char      *help;
	enum cell_group  group;
	enum cell_type   type;
	unsigned         divisor;
	unsigned         offset;	/* of its field in the cell */
};

extern const struct cell_row cell_rows_service[], cell_rows_backend[];

#endif
