/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/master_children.h"

#include "core/log.h"
#include "process/children.h"
#include "process/kind.h"
#include "process/master_options.h"
#include "process/master_log.h"
#include "process/master_messages.h"
#include "process/master_ready.h"
#include "process/stop.h"
#include "process/start_state.h"
#include "process/supervisor.h"
#include "process/transaction.h"

static const struct master_options *options;
static bool up;			/* everything was READY once */
static bool failed;		/* the start */

static void on_ready(struct child *c)
{
	if (kind_has(c->kind, KIND_LOGS))
		master_log_control(true);
	children_send(KIND_NEIGHBOURS, MESSAGE_SLOTS, NULL, 0);
	if (up || stop_under_way() || !supervisor_all_ready())
		return;
	up = true;
	master_ready_announce(options);
}

/* Before everything was up, a child that cannot be started is a failed start. */
static void on_unable(void)
{
	if (up || stop_under_way())
		return;
	log_write(LEVEL_ERROR, "start failed");
	failed = true;
	stop_now();
}

/* ... and so is one that ends or crashes before it is ready: the next one would do the same. */
static void on_lost(struct child *c)
{
	if (kind_has(c->kind, KIND_LOGS))
		master_log_control(false);
	master_messages_lost(c);
	if (!c->ready && !c->leaving)
		on_unable();
}

static void on_reaped(void)
{
	master_messages_reaped();
	stop_child_lost();
}

static bool may_start(void)
{
	return !transaction_preparing();
}

static struct supervisor_watch watch = {
	master_messages_take, master_messages_joined, on_lost, on_unable, on_reaped, may_start,
	LEVEL_INFO,
};

void master_children_open(const struct master_options *given)
{
	options = given;
	if (options->compat != NULL)
		watch.ordinary = LEVEL_DEBUG;
	master_messages_open(on_ready);
	supervisor_open(&watch);
	start_state_log();	/* before the lines of the children */
}

bool master_children_up(void)
{
	return up;
}

bool master_children_failed(void)
{
	return failed;
}
