/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/state_writer.h"

#include <errno.h>
#include <string.h>

#include "admin/state_save.h"
#include "config/config.h"
#include "core/log.h"
#include "event/event.h"
#include "process/change.h"
#include "process/child.h"
#include "process/child_parent.h"
#include "process/kind.h"
#include "process/running.h"

#define TICK_MS 1000	/* health is compared so often, and a write that failed is tried again */

struct pair {
	struct config *running, *base;
};

static struct pair now, next;	/* in force; with what was prepared: NULL while nothing was */
static uint64_t serial;		/* of `now` */
static bool begun;		/* what this process began with has been handed over */
static bool persisted;		/* `next` is in the file */
static bool stale;		/* the file does not say what is in force */
static struct timer tick, write;

static void save(void)
{
	char why[STATE_SAVE_WHY];

	stale = !state_save(&(struct state_saved){ now.running, now.base, serial }, why);
}

static void on_tick(struct timer *t)
{
	if (state_save_outdated(now.running) || stale)
		save();
	timer_set(t, TICK_MS);
}

/* Soon, and not now: whoever waits for the answer to the commit gets it first. */
static void save_soon(void)
{
	stale = true;
	timer_set(&tick, 0);
}

static void drop_next(void)
{
	config_free(next.running);
	config_free(next.base);
	next = (struct pair){ .running = NULL };
}

static void apply(struct config *config, const struct change_op *op)
{
	if (op->verb == CHANGE_DELETE)
		(void)config_remove(config, op->path);
	else
		CHECK(config_put(config, op->path, object_hold(op->object)));
}

static bool prepare(const struct change_op *op, char *why)
{
	(void)why;
	if (begun && next.running == NULL)
		next = (struct pair){ config_share(now.running), config_share(now.base) };
	if (begun && op->kind != NULL && op->target != CHANGE_BASE)
		apply(next.running, op);
	if (begun && op->kind != NULL && op->target != CHANGE_RUNNING)
		apply(next.base, op);
	object_release(op->object);
	return true;
}

static void on_write(struct timer *t)
{
	char why[STATE_SAVE_WHY] = "";
	struct state_saved saved = { next.running, next.base, serial + 1 };
	bool ok = next.running == NULL || state_save(&saved, why);

	(void)t;
	persisted = next.running != NULL && ok;
	stale = stale && !persisted;
	if (!ok)	/* the file may have it nevertheless */
		save_soon();
	child_persisted(ok, why);
}

/*
 * Once all messages that have come are handled: a process that stood still may have the abort of
 * the change right behind, and what was refused must not be what a crash leaves on disk.
 */
static void persist(void)
{
	timer_set(&write, 0);
}

static void commit(uint64_t number, const char *by)
{
	bool nothing = begun && next.running == NULL;	/* as when names come to other addresses */

	(void)by;
	serial = number;
	begun = true;
	if (next.running != NULL) {
		config_free(now.running);
		config_free(now.base);
		now = next;
		next = (struct pair){ .running = NULL };
	}
	if (!persisted && !nothing)
		save_soon();
	persisted = false;
}

/* It may be on disk already, and must not come back at the next start. */
static void abandon(void)
{
	if (timer_pending(&write))	/* or the master would wait for that write */
		child_persisted(false, "the change was given up");
	timer_cancel(&write);
	drop_next();
	if (persisted)
		save_soon();
	persisted = false;
}

static void stop(void)
{
	if (state_save_outdated(now.running) || stale)
		save();
	child_finish();
}

static void drain(uint64_t timeout_ms)
{
	(void)timeout_ms;
	stop();
}

static const struct child_role role = {
	.prepare = prepare,
	.persist = persist,
	.commit = commit,
	.abort = abandon,
	.drain = drain,
	.stop = stop,
};

static void run(const struct config *config)
{
	/* a write that goes on after the master's end could undo those of the next one */
	child_parent_bind();
	if (!loop_open(NULL)) {
		log_write(LEVEL_ALERT, "event loop: %s", strerror(errno));
		child_fail();
	}
	now = (struct pair){ config_share(config), config_share(running_base()) };
	timer_setup(&tick, on_tick);
	timer_setup(&write, on_write);
	state_save_open();
	child_serve(&role, config);
	loop_run();
	state_save_close();
	drop_next();
	config_free(now.running);
	config_free(now.base);
	loop_close();
}

static unsigned count(const struct config *config)
{
	return config->settings->state != NULL ? 1 : 0;
}

static const char *replaces(const struct config *config)
{
	return config->settings->state;
}

const struct process_kind state_kind = {
	.name = "state",
	.traits = KIND_STATE,
	.told = TOLD_STATE,
	.slots = 1,
	.count = count,
	.replaces = replaces,
	.run = run,
};
