/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/names.h"

#include <stddef.h>

#include "core/arena.h"
#include "core/scoreboard.h"
#include "event/event.h"
#include "process/change_queue.h"
#include "process/names_codec.h"
#include "process/names_table.h"
#include "process/objects_free.h"

#define AGAIN_MS 1000	/* for changes that were refused, and addresses without cells */

static struct change change;
static bool submitted;	/* `change` is in the queue */
static struct timer again;
static bool opened;	/* the timer is set up */

static void submit(void);

/* What differs is found by the queue, as for every change. */
static bool build(struct change *c, struct conf_errors *errors)
{
	(void)c;
	(void)errors;
	return true;
}

static void try_short(struct names_group *g, void *arg)
{
	(void)arg;
	if (g->short_of != 0 && backend_cell_left())
		g->applied = 0;
}

/* What was removed may have made room for what was not taken: all have confirmed it. */
static bool more_is_due(void)
{
	objects_free_run();
	names_table_each(try_short, NULL);
	return names_table_outdated();
}

static void done(struct change *c, enum change_result result, const struct conf_errors *errors)
{
	(void)c;
	(void)errors;
	submitted = false;
	/* one that was refused is tried again by the timer */
	if (result < CHANGE_REFUSED && more_is_due())
		submit();
}

static void submit(void)
{
	if (submitted || change_queue_closed())
		return;
	change = (struct change){ .origin = ORIGIN_DNS, .build = build, .done = done, .by = "dns" };
	submitted = true;
	change_queue_submit(&change);
}

/* Cells become free when sessions of removed backends end, which is no change of anything. */
static void on_again(struct timer *t)
{
	if (more_is_due())
		submit();
	if (!names_table_empty())
		timer_set(t, AGAIN_MS);
}

bool names_take(struct slice message)
{
	struct arena *arena = arena_new();
	struct named_addresses names;
	bool valid = names_codec_decode(message, arena, &names);

	if (valid && names_table_answer(&names) && names_table_outdated())
		submit();
	if (!opened)
		timer_setup(&again, on_again);
	opened = true;
	if (!timer_pending(&again))
		timer_set(&again, AGAIN_MS);
	arena_free(arena);
	return valid;
}
