/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/fanout_totals.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/counter_rows.h"
#include "core/log.h"

#define WORDS(type) (sizeof(type) / sizeof(uint64_t))

_Static_assert(WORDS(struct fanout_totals) <= COUNTER_ROW_WORDS, "a fan-out counts too much");
_Static_assert(WORDS(struct fanout_counts) <= COUNTER_ROW_WORDS, "a target counts too much");

static bool left_given;

bool fanout_totals_open(void)
{
	left_given = false;
	if (counter_rows_own())
		return true;
	log_write(LEVEL_ALERT, "counters of fan-outs: %s", strerror(errno));
	return false;
}

void fanout_totals_give_left(void)
{
	if (!left_given)
		counter_rows_give_left();
	left_given = true;
}

/* A name of a fan-out has no slash. NULL: no room. */
static void *take(const char *fanout, const char *slash, const char *target)
{
	char name[COUNTER_ROW_NAME + 2];
	int len = snprintf(name, sizeof(name), "%s%s%s", fanout, slash, target);

	return counter_rows_take((struct slice){ name, (size_t)len });
}

static void log_missing(const char *fanout, const char *what)
{
	static const struct log_subject about = { .event = "limit_reached" };
	static struct log_limit limit;

	if (log_limited(&limit, 1))
		log_about(LEVEL_WARN, &about,
			  "fan-out %s: no room for counters that outlive the resolver process: %s "
			  "begins with 0 when it ends", fanout, what);
}

struct fanout_totals *fanout_totals_take(const char *fanout, struct fanout_totals *own)
{
	struct fanout_totals *totals = take(fanout, "", "");

	if (totals == NULL)
		log_missing(fanout, "it");
	return totals != NULL ? totals : own;
}

struct fanout_counts *fanout_totals_take_target(const char *fanout, const char *target,
						struct fanout_counts *own)
{
	struct fanout_counts *counts = take(fanout, "/", target);

	if (counts == NULL)
		log_missing(fanout, target);
	return counts != NULL ? counts : own;
}

struct fanout_totals *fanout_totals_give(struct fanout_totals *totals, struct fanout_totals *own)
{
	if (totals == own)
		return own;
	*own = *totals;
	counter_rows_give((uint64_t *)totals);
	return own;
}

struct fanout_counts *fanout_totals_give_target(struct fanout_counts *counts,
						struct fanout_counts *own)
{
	if (counts == own)
		return own;
	*own = *counts;
	counter_rows_give((uint64_t *)counts);
	return own;
}

struct fanout_seen *fanout_totals_take_seen(uint32_t id)
{
	char number[16];

	snprintf(number, sizeof(number), "%u", (unsigned)id);
	return take("", "/", number);
}

void fanout_totals_give_seen(struct fanout_seen *seen)
{
	if (seen != NULL)
		counter_rows_give((uint64_t *)seen);
}
