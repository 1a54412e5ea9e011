/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/children.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/config.h"
#include "core/log.h"
#include "process/kind.h"
#include "process/obituary.h"
#include "process/posts.h"
#include "process/run_state.h"
#include "process/running.h"
#include "process/spawn.h"
#include "process/transaction.h"

/*
 * Slot 0 is the master's, the last two are those of control and the resolver: between them the
 * slot of a worker is its number, in messages, titles, logs, session ids and statistics.
 */
#define FIRST_WORKER 1
#define OTHERS 2

static struct arena *arena;	/* owns the table */
static struct child *table;
static uint32_t slots;
static const struct children_watch *watcher;
static struct timer again;	/* a place that has to wait */
static bool limited, workers_held;
static enum slot_kind kept;

static void on_again(struct timer *t)
{
	(void)t;
	children_reconcile();
}

void children_open(uint32_t count, const struct children_watch *watch)
{
	arena = arena_new();
	slots = count;
	table = arena_alloc(arena, count * sizeof(*table));
	for (uint32_t i = 0; i < count; i++)
		table[i].slot = i;
	watcher = watch;
	timer_setup(&again, on_again);
}

enum log_level children_ordinary(void)
{
	return watcher->ordinary;
}

void children_close(void)
{
	arena_free(arena);
	arena = NULL;
	table = NULL;
	slots = 0;
}

struct child *children_next(uint32_t slot)
{
	for (; slot < slots; slot++) {
		if (table[slot].pid != 0)
			return &table[slot];
	}
	return NULL;
}

const char *child_name(const struct child *c, char *buf, size_t size)
{
	if (c->kind->slot == SLOT_WORKER)
		snprintf(buf, size, "worker %u (pid %ld)", c->slot, (long)c->pid);
	else
		snprintf(buf, size, "%s (pid %ld)", c->kind->name, (long)c->pid);
	return buf;
}

static unsigned wanted(const struct process_kind *kind)
{
	if (limited && kind->slot != kept)
		return 0;
	if (kind->slot == SLOT_WORKER && workers_held)
		return 0;
	return kind->count(&running_config()->settings);
}

static struct child *holder(const struct process_kind *kind, unsigned number)
{
	struct child *c;

	for (CHILDREN_EACH(c)) {
		if (c->kind == kind && c->number == number && !c->leaving)
			return c;
	}
	return NULL;
}

static struct child *free_slot(const struct process_kind *kind, unsigned number)
{
	uint32_t slot = slots - (kind->slot == SLOT_CONTROL ? 2 : 1);

	if (kind->slot != SLOT_WORKER)
		return table[slot].pid == 0 ? &table[slot] : NULL;
	if (FIRST_WORKER + number < slots - OTHERS && table[FIRST_WORKER + number].pid == 0)
		return &table[FIRST_WORKER + number];
	for (slot = FIRST_WORKER; slot < slots - OTHERS; slot++) {
		if (table[slot].pid == 0)
			return &table[slot];
	}
	return NULL;
}

static void on_message(struct channel *ch, const struct message *m)
{
	struct child *c = container_of(ch, struct child, channel);
	const struct message_rule *rule = message_rule(m->kind, c->kind->slot, m->payload.len);

	if (rule == NULL)
		child_abort(c, "sent an invalid message");
	else
		watcher->message(c, m, rule);
}

/* It has exited, and SIGCHLD is on its way; or it can never be talked to again. */
static void on_closed(struct channel *ch)
{
	struct child *c = container_of(ch, struct child, channel);

	event_want(&ch->event, 0);
	kill(c->pid, SIGKILL);
}

static bool on_may_send(struct channel *ch, unsigned kind, size_t size)
{
	const struct child *c = container_of(ch, struct child, channel);

	return message_may_grow(kind, c->kind->slot, size);
}

static void on_refused(struct channel *ch)
{
	child_abort(container_of(ch, struct child, channel), "sent an invalid message");
}

static const struct channel_handlers handlers = { on_message, on_closed, on_may_send, on_refused };

static void start(struct child *c, const struct process_kind *kind, unsigned number)
{
	int fd;

	*c = (struct child){ .slot = c->slot, .kind = kind, .number = number, .crash_fd = -1,
			     .born_ms = loop_now() };
	fd = spawn(c);
	if (fd == -1) {
		c->pid = 0;
		post_lost(kind->slot, number, loop_now(), 0);
		timer_set(&again, POST_DELAY_FIRST_MS);
		watcher->unable();
		return;
	}
	channel_open(&c->channel, fd, &handlers);
}

static void fill(const struct process_kind *kind, unsigned number, uint64_t *next)
{
	struct child *c;

	if (holder(kind, number) != NULL || !post_due(kind->slot, number, loop_now(), next))
		return;
	c = free_slot(kind, number);
	if (c != NULL)
		start(c, kind, number);
}

static void drain_surplus(void)
{
	struct child *c;

	for (CHILDREN_EACH(c)) {
		if (!c->leaving && c->number >= wanted(c->kind))
			child_drain(c, running_config()->settings.shutdown_timeout_ms);
	}
}

void children_reconcile(void)
{
	uint64_t next = UINT64_MAX;

	if (!watcher->may_start())
		return;
	for (size_t i = 0; process_kinds[i] != NULL; i++) {
		unsigned count = wanted(process_kinds[i]);

		for (unsigned number = 0; number < count; number++)
			fill(process_kinds[i], number, &next);
	}
	if (!limited)
		drain_surplus();
	if (next != UINT64_MAX)
		timer_set(&again, next > loop_now() ? next - loop_now() : 0);
}

void children_keep_only(enum slot_kind kind)
{
	limited = true;
	kept = kind;
}

void children_hold_workers(bool hold)
{
	workers_held = hold;
}

static void bury(struct child *c, int status)
{
	uint64_t delay = 0;
	uint32_t sessions;

	if (c->kind->slot == SLOT_WORKER)
		atomic_store(&scoreboard_slot(c->slot)->state, SLOT_DEAD);
	if (!c->leaving)
		delay = post_lost(c->kind->slot, c->number, loop_now(), loop_now() - c->born_ms);
	sessions = scoreboard_reclaim(c->slot);
	watcher->lost(c);
	obituary(c, status, sessions, delay);
	channel_close(&c->channel);
	if (c->crash_fd != -1)
		close(c->crash_fd);
	c->pid = 0;
}

void children_reap(void)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		struct child *c;

		for (CHILDREN_EACH(c)) {
			if (c->pid == pid) {
				bury(c, status);
				break;
			}
		}
	}
	children_send(SLOT_NONE, MESSAGE_SLOTS, NULL, 0);
	watcher->reaped();
	children_reconcile();
}

void child_abort(struct child *c, const char *why)
{
	char name[CHILD_NAME];

	log_write(LEVEL_ALERT, "%s %s: aborted", child_name(c, name, sizeof(name)), why);
	c->aborted = true;
	kill(c->pid, SIGKILL);
}

void child_send(struct child *c, enum message_kind message, const void *payload, size_t len)
{
	channel_send(&c->channel, message, payload, len, NULL, 0);
}

/* It does not read, and not only because so much was said at once. */
static bool is_hopeless(const struct child *c)
{
	return !c->aborted && c->channel.queued > CHANNEL_QUEUE_MAX + transaction_bytes();
}

void children_send(enum slot_kind kind, enum message_kind message, const void *payload, size_t len)
{
	struct child *c;

	for (CHILDREN_EACH(c)) {
		if (kind != SLOT_NONE && c->kind->slot != kind)
			continue;
		if (is_hopeless(c))
			child_abort(c, "does not read what it is sent");
		else
			child_send(c, message, payload, len);
	}
}

void child_drain(struct child *c, uint64_t timeout_ms)
{
	struct message_number m = { timeout_ms };

	c->leaving = true;
	child_send(c, MESSAGE_DRAIN, &m, sizeof(m));
}

void child_stop(struct child *c)
{
	c->leaving = c->stopping = true;
	child_send(c, MESSAGE_STOP, NULL, 0);
	child_wake(c);
}

void child_wake(struct child *c)
{
	/* one that is stopped could not obey; to others the signal may do harm (ptrace) */
	if (c->stopping && run_state_stopped(c->pid))
		kill(c->pid, SIGCONT);
}

unsigned children_count(enum slot_kind kind)
{
	unsigned n = 0;
	struct child *c;

	for (CHILDREN_EACH(c))
		n += kind == SLOT_NONE || c->kind->slot == kind;
	return n;
}

bool children_all_ready(void)
{
	for (size_t i = 0; process_kinds[i] != NULL; i++) {
		unsigned count = wanted(process_kinds[i]);

		for (unsigned number = 0; number < count; number++) {
			struct child *c = holder(process_kinds[i], number);

			if (c == NULL || !c->ready)
				return false;
		}
	}
	return true;
}
