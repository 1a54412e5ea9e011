/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/running.h"

#include <stddef.h>

#include "core/scoreboard.h"

static struct config *config_now;
static const struct cells *cells_now;
static uint64_t serial;

const struct config *running_config(void)
{
	return config_now;
}

const struct cells *running_cells(void)
{
	return cells_now;
}

uint64_t running_serial(void)
{
	return serial;
}

struct config *running_refresh(struct config *config, const struct cells *cells)
{
	struct config *before = config_now;

	config_now = config;
	cells_now = cells;
	return before;
}

struct config *running_replace(struct config *config, const struct cells *cells)
{
	serial++;
	atomic_store(&scoreboard_shared()->generation, serial);
	scoreboard_publish();
	return running_refresh(config, cells);
}
