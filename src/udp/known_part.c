/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/known_part.h"

#include <errno.h>
#include <string.h>

#include "core/clock.h"
#include "core/known_table.h"
#include "core/log.h"
#include "event/timer.h"
#include "udp/resolver_part.h"

/* By then the fan-outs of the configuration are open. */
#define OPEN_MS 10000

/* A third of the time is for what was dropped; datagrams wait no longer than one such turn. */
#define GIVE_US 500
#define GIVE_MS 1
#define GIVE_STEPS 256

static struct timer timer, giving;
#define OTHERS_MOST 4

static bool (*others[OTHERS_MOST])(struct slice table);
static unsigned other_count;

static void on_give(struct timer *t)
{
	uint64_t end = clock_us() + GIVE_US;
	bool more = true;

	while (more && clock_us() < end)
		more = shared_table_give_back(known_table_region(), GIVE_STEPS);
	if (more)
		timer_set(t, GIVE_MS);
}

void known_part_also(bool (*uses)(struct slice table))
{
	CHECK(other_count < OTHERS_MOST);
	others[other_count++] = uses;
}

void known_part_dropped(void)
{
	if (timer_pending(&giving))
		return;
	timer_setup(&giving, on_give);
	timer_set(&giving, GIVE_MS);
}

static bool used_by_others(struct slice table)
{
	for (unsigned i = 0; i < other_count; i++) {
		if (others[i](table))
			return true;
	}
	return false;
}

/* Fan-outs have tables of their names, which have no slash; all others have one. */
static bool is_used(struct slice table)
{
	if (memchr(table.data, '/', table.len) != NULL)
		return used_by_others(table);
	return known_part_uses(table);
}

static void on_open(struct timer *t)
{
	(void)t;
	shared_table_drop_others(known_table_region(), is_used);
	known_part_dropped();
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
	timer_cancel(&giving);
	other_count = 0;
}

const struct resolver_part known_part = {
	.open = open_tables,
	.close = close_tables,
};
