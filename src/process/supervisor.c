/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/supervisor.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config/config.h"
#include "process/child_exit.h"
#include "process/child_start.h"
#include "process/children.h"
#include "process/kind.h"
#include "process/running.h"

static const struct log_subject process_started = { .event = "process_started" };
static uint32_t slots;
static const struct supervisor_watch *watcher;
static struct timer again;	/* a respawn that has to wait */
static enum { KEEP_ALL, KEEP_LAST, KEEP_NONE } kept;
static bool held;	/* those that drain */

static void on_again(struct timer *t)
{
	(void)t;
	supervisor_reconcile();
}

void supervisor_open(const struct supervisor_watch *watch)
{
	slots = scoreboard_sizes()->slots;
	watcher = watch;
	timer_setup(&again, on_again);
	children_open(slots);
}

static unsigned wanted(const struct process_kind *kind)
{
	if (kept == KEEP_NONE || (kept == KEEP_LAST && !kind_has(kind, KIND_STOPS_LAST)))
		return 0;
	if (held && kind_has(kind, KIND_DRAINS))
		return 0;
	return kind_count(kind, running_config());
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
	struct kind_range range = kind_slots(kind, slots);
	struct child *c;

	if (number < range.count && children_at(range.first + number)->pid == 0)
		return children_at(range.first + number);
	for (uint32_t i = 0; i < range.count; i++) {
		c = children_at(range.first + i);
		if (c->pid == 0)
			return c;
	}
	return NULL;
}

static unsigned sender_of(const struct child *c)
{
	unsigned requester = kind_has(c->kind, KIND_REQUESTS) ? MESSAGE_FROM_REQUESTER : 0;
	unsigned namer = kind_has(c->kind, KIND_RESOLVES) ? MESSAGE_FROM_NAMER : 0;

	return MESSAGE_FROM_CHILD | requester | namer;
}

static void on_message(struct channel *ch, const struct message *m)
{
	struct child *c = container_of(ch, struct child, channel);

	if (message_rule(m->kind, sender_of(c), m->payload.len) == NULL)
		children_abort(c, "sent an invalid message");
	else
		watcher->message(c, m);
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

	return message_may_grow(kind, sender_of(c), size);
}

static void on_refused(struct channel *ch)
{
	children_abort(container_of(ch, struct child, channel), "sent an invalid message");
}

static const struct channel_handlers handlers = { on_message, on_closed, on_may_send, on_refused };

static void start(struct child *c, const struct process_kind *kind, unsigned number)
{
	char name[CHILDREN_NAME];
	int fd;

	*c = (struct child){ .slot = c->slot, .kind = kind, .number = number, .crash_fd = -1,
			     .born_ms = loop_now() };
	fd = child_start(c);
	if (fd == -1) {
		c->pid = 0;
		(void)child_exit_respawn_delay(kind_index(kind), number, loop_now(), 0);
		timer_set(&again, CHILD_EXIT_DELAY_FIRST_MS);
		watcher->unable();
		return;
	}
	channel_open(&c->channel, fd, &handlers);
	watcher->started(c);
	log_about(watcher->ordinary, &process_started, "%s started",
		  children_name(c, name, sizeof(name)));
}

static void fill(const struct process_kind *kind, unsigned number, uint64_t *next)
{
	struct child *c;

	if (holder(kind, number) != NULL ||
	    !child_exit_may_respawn(kind_index(kind), number, loop_now(), next))
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
			children_drain(c, running_config()->settings->shutdown_timeout_ms);
	}
}

void supervisor_reconcile(void)
{
	uint64_t next = UINT64_MAX;

	if (!watcher->may_start())
		return;
	for (size_t i = 0; process_kinds[i] != NULL; i++) {
		unsigned count = wanted(process_kinds[i]);

		for (unsigned number = 0; number < count; number++)
			fill(process_kinds[i], number, &next);
	}
	if (kept == KEEP_ALL)
		drain_surplus();
	if (next != UINT64_MAX)
		timer_set(&again, next > loop_now() ? next - loop_now() : 0);
}

void supervisor_keep_last(void)
{
	kept = KEEP_LAST;
}

void supervisor_keep_none(void)
{
	kept = KEEP_NONE;
}

void supervisor_hold_drained(bool hold)
{
	held = hold;
}

static void report(const struct child *c, int status, uint32_t sessions, uint64_t delay_ms)
{
	char name[CHILDREN_NAME], lost[32] = "";
	struct child_exit e = { .name = children_name(c, name, sizeof(name)), .status = status,
				.crash_fd = c->crash_fd, .leaving = c->leaving, .lost = lost,
				.delay_ms = delay_ms, .ordinary = watcher->ordinary };

	if (kind_has(c->kind, KIND_SESSIONS))
		snprintf(lost, sizeof(lost), "; %u session%s lost", sessions,
			 sessions == 1 ? "" : "s");
	if (!child_exit_report(&e))
		return;
	atomic_fetch_add(&scoreboard_shared()->restarts[kind_index(c->kind)], 1);
	scoreboard_publish();
}

/* Its sessions are counted as ended, and its slot is free. */
static void remove_ended(struct child *c, int status)
{
	uint64_t delay = 0;
	uint32_t sessions;

	if (kind_has(c->kind, KIND_SESSIONS))
		atomic_store(&scoreboard_slot(c->slot)->state, SLOT_DEAD);
	if (!c->leaving)
		delay = child_exit_respawn_delay(kind_index(c->kind), c->number, loop_now(),
						 loop_now() - c->born_ms);
	sessions = scoreboard_reclaim(c->slot);
	watcher->lost(c);
	report(c, status, sessions, delay);
	channel_close(&c->channel);
	if (c->crash_fd != -1)
		close(c->crash_fd);
	c->pid = 0;
}

/*
 * The loop may tell of the death of a child before it tells of what the child had said. It matters
 * whether that was READY: a child that dies before it ends the start of heddle.
 */
static void receive_ready(void)
{
	struct child *c;

	for (CHILDREN_EACH(c)) {
		if (!c->ready)
			channel_receive_now(&c->channel);
	}
}

void supervisor_reap(void)
{
	int status;
	pid_t pid;

	receive_ready();
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		struct child *c;

		for (CHILDREN_EACH(c)) {
			if (c->pid == pid) {
				remove_ended(c, status);
				break;
			}
		}
	}
	children_send(KIND_NEIGHBOURS, MESSAGE_SLOTS, NULL, 0);
	watcher->reaped();
	supervisor_reconcile();
}

void supervisor_reloaded(void)
{
	children_send(KIND_RELOADS, MESSAGE_RELOADED, NULL, 0);
}

bool supervisor_all_ready(void)
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
