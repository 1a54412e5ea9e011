/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/change_queue.h"

#include "config/config.h"
#include "core/arena.h"
#include "core/log.h"
#include "core/scoreboard.h"
#include "process/change_objects.h"
#include "process/change_resources.h"
#include "process/supervisor.h"
#include "process/listen_close.h"
#include "process/names_change.h"
#include "process/running.h"
#include "process/transaction.h"

enum state { PROPOSED, PREPARING, PERSISTING, COMMITTING, DONE };

static struct list waiting = { &waiting, &waiting };	/* PROPOSED, the oldest first */
static struct change *current;				/* in any of the other states */
static enum state state = DONE;
static struct arena *arena;				/* of what is said about `current` */
static struct conf_errors errors;
static const char *closed;				/* why nothing is taken any more */

static void run_next(void);

static void finish(enum change_result result)
{
	struct change *change = current;
	struct conf_errors told = errors;
	struct arena *used = arena;

	/* who is answered may submit the next one, which has an arena and errors of its own */
	state = DONE;
	current = NULL;
	arena = NULL;
	change->done(change, result, &told);
	conf_errors_close(&told);
	arena_free(used);
	supervisor_reconcile();
	run_next();
}

static void refuse(enum change_result result, const char *why)
{
	if (why != NULL)
		conf_fail(&errors, CONF_ERROR, NULL, "", "%s", why);
	finish(result);
}

static void confirmed(void)
{
	finish(CHANGE_APPLIED);
}

static void commit(void)
{
	uint64_t number;

	state = COMMITTING;
	change_objects_commit(&current->diff);
	names_change_commit();
	change_resources_listen();
	if (current->base_same)
		running_set_base(config_share(running_config()));
	else
		running_change_base(&current->base);
	number = transaction_commit(running_serial(), current->by);
	change_resources_committed(number);
	change_objects_committed(&current->diff, number);
	names_change_committed(number);
	supervisor_reconcile();
}

static void give_up(enum change_result result, const char *why)
{
	transaction_abort();
	names_change_withdraw();
	change_resources_withdraw();
	change_objects_withdraw(&current->diff);
	refuse(result, why);
}

static void persisted(bool ok, const char *why)
{
	if (ok)
		commit();
	else
		give_up(closed != NULL ? CHANGE_ABORTED : CHANGE_NOT_DURABLE, why);
}

/*
 * An answer to the API says that the change is on disk. A reload has its file already, and what
 * names stand for is in no file.
 */
static void persist(void)
{
	state = PERSISTING;
	if (current->origin != ORIGIN_API || !transaction_persist())
		commit();
}

static void prepared(bool ok, const char *why)
{
	if (ok)
		persist();
	else
		give_up(closed != NULL ? CHANGE_ABORTED : CHANGE_CONFLICT, why);
}

static const struct transaction_watch watch = { prepared, persisted, confirmed };

/* Everything that can fail here, fails here, and leaves nothing behind. */
static bool open_all(void)
{
	const struct config *next = change_objects_prepare(&current->diff, &errors);

	if (next == NULL)
		return false;
	if (change_resources_prepare(&current->diff, next, current->tree, &errors)) {
		names_change_prepare(&current->diff, next);
		return true;
	}
	change_objects_withdraw(&current->diff);
	return false;
}

static void prepare(void)
{
	state = PREPARING;
	if (!current->build(current, &errors)) {
		refuse(CHANGE_REFUSED, NULL);
		return;
	}
	if (current->diff.count == 0 && current->base.count == 0 && !names_change_due()) {
		finish(CHANGE_UNCHANGED);
		return;
	}
	if (!open_all()) {
		refuse(CHANGE_CONFLICT, NULL);
		return;
	}
	transaction_begin(&watch);
	change_resources_send_logs();
	change_objects_send(&current->diff, current->base_same);
	names_change_send();
	change_objects_send_base(&current->base);
	change_resources_send_addresses();
	transaction_prepare();
}

static void begin(struct change *change)
{
	list_unlink(&change->link);
	current = change;
	arena = arena_new();
	conf_errors_init(&errors, arena);
	if (closed != NULL)
		refuse(CHANGE_ABORTED, closed);
	else
		prepare();
}

static void run_next(void)
{
	static bool running;	/* a change that ends at once comes back here */

	if (running)
		return;
	running = true;
	while (current == NULL && !list_empty(&waiting) &&
	       (closed != NULL || !listen_close_name_held()))
		begin(container_of(waiting.next, struct change, link));
	running = false;
}

void change_queue_submit(struct change *change)
{
	list_init(&change->link);
	list_append(&waiting, &change->link);
	run_next();
}

/*
 * A commit after the stop has begun would open addresses that nobody accepts from. An undecided
 * change is refused now, also because a child that is silent would hold up the stop.
 */
void change_queue_close(const char *why)
{
	closed = why;
	if (state == PREPARING || state == PERSISTING)
		transaction_give_up(why);
	run_next();
}

bool change_queue_closed(void)
{
	return closed != NULL;
}

void change_queue_open(void)
{
	listen_close_watch(run_next);
	transaction_open();
}
