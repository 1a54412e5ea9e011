/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/running.h"

#include <stddef.h>

#include "config/config_edit.h"
#include "core/scoreboard.h"

static struct config *config_now;
static struct config *base;
static uint64_t serial;

const struct config *running_config(void)
{
	return config_now;
}

uint64_t running_serial(void)
{
	return serial;
}

struct config *running_replace(struct config *config)
{
	struct config *before = config_now;

	config_now = config;
	if (config == NULL)
		return before;
	serial++;
	atomic_store(&scoreboard_shared()->generation, serial);
	scoreboard_publish();
	return before;
}

const struct config *running_base(void)
{
	return base;
}

void running_set_base(struct config *config)
{
	config_free(base);
	base = config;
}

void running_change_base(const struct config_diff *diff)
{
	config_edit_apply(base, diff, 0);
}
