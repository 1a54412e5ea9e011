/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/cell_rows.h"

#include <stddef.h>

#include "core/layout.h"

#define SERVICE_ROW(field, group, type, name, unit, divisor, help) \
	{ name, unit, help, CELL_##group, CELL_##type, divisor, \
	  offsetof(struct service_cell, field) },
#define BACKEND_ROW(field, group, type, name, unit, divisor, help) \
	{ name, unit, help, CELL_##group, CELL_##type, divisor, \
	  offsetof(struct backend_cell, field) },

const struct cell_row cell_rows_service[] = {
	SERVICE_COUNTERS(SERVICE_ROW, SERVICE_ROW)
	{ .name = NULL },
};

const struct cell_row cell_rows_backend[] = {
	BACKEND_COUNTERS(BACKEND_ROW, BACKEND_ROW)
	{ .name = NULL },
};

/* What a worker writes for each session of a backend stays in one cache line. */
_Static_assert(offsetof(struct backend_cell, last_session_ms) / 64 ==
	       offsetof(struct backend_cell, sessions) / 64, "a second line for each session");
