/* SPDX-License-Identifier: BSD-2-Clause */
/* What all processes see, and what only the master knows of it, begin together. */
#include "core/counter_rows.h"
#include "core/known_table.h"
#include "core/pool_cell.h"
#include "core/report.h"
#include "core/scoreboard.h"
#include "core/scoreboard_owned.h"
#include "core/script_counts.h"

bool scoreboard_open(const struct scoreboard_sizes *sizes)
{
	return pool_cells_open() && scoreboard_map(sizes) && scoreboard_owned_open(sizes) &&
	       report_open() && counter_rows_open() && script_counts_open() &&
	       known_table_open();
}
