/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/known_part.h"

#include <errno.h>
#include <string.h>

#include "core/known_table.h"
#include "core/log.h"
#include "event/timer.h"
#include "udp/resolver_part.h"

/* By then the fan-outs of the configuration are open. */
#define OPEN_MS 10000

static struct timer timer;

static void on_open(struct timer *t)
{
	(void)t;
	shared_table_drop_others(known_table_region(), known_part_uses);
}

static bool open_tables(void)
{
	struct shared_region *region = known_table_region();

	if (region == NULL || !shared_table_own(region)) {
		log_write(LEVEL_ALERT, "known instances: %s", strerror(errno));
		return false;
	}
	timer_setup(&timer, on_open);
	timer_set(&timer, OPEN_MS);
	return true;
}

static void close_tables(void)
{
	timer_cancel(&timer);
}

const struct resolver_part known_part = {
	.open = open_tables,
	.close = close_tables,
};
