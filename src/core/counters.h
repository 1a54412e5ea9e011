/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a process counts about itself, as rows: JSON, metrics and the manual
 * come from the table. What belongs to a service or backend is in its cell.
 */
#ifndef CORE_COUNTERS_H
#define CORE_COUNTERS_H

#include <stdbool.h>

enum counter {
	COUNTER_ACCEPTED,
	COUNTER_ENDED,			/* sessions: accepted = ended + active */
	/* of our own machine while dialling: no backend is marked */
	COUNTER_LOCAL_ERRORS,
	COUNTER_ACCEPT_PAUSED_DESCRIPTORS_MS,
	COUNTER_ACCEPT_PAUSED_MEMORY_MS,
	COUNTER_ACCEPT_PAUSED_LIMIT_MS,
	COUNTER_LOG_LINES_DROPPED,
	COUNTER_BUSY_US,		/* time not spent waiting for events */
	COUNTER_TURNS,
	COUNTER_SPLICED_BYTES,
	COUNTER_BUFFER_BYTES,		/* gauge: relay buffers in use */
	COUNTER_PIPES,			/* gauge: splice pipes open */
	COUNTER_COUNT
};

struct counter_row {
	const char *name;	/* "accepted_total" */
	/* "sessions", "bytes", "seconds" (stored in us or ms as `divisor` says) */
	const char *unit;
	unsigned    divisor;	/* stored value / divisor = value in unit */
	bool        gauge;
	const char *help;
};

extern const struct counter_row counters[COUNTER_COUNT];

#endif
