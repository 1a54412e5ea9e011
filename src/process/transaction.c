/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/transaction.h"

#include <stdio.h>
#include <string.h>

#include "config/config.h"
#include "core/log.h"
#include "core/text.h"
#include "process/change.h"
#include "process/change_codec.h"
#include "process/change_deadline.h"
#include "process/children.h"
#include "process/kind.h"
#include "process/running.h"

enum phase { IDLE, TELLING, PREPARING, PERSISTING, COMMITTING };

static enum phase phase;
static uint64_t number;		/* of the change that is under way, or the last one */
static uint64_t in_force;	/* of the last changes; bit 0: that one, 1: the one before */
static const struct transaction_watch *watcher;
static struct text bytes;
static size_t sent_bytes, sent_operations;	/* of that change */

/* One that has not answered the change before is not waited for again. */
static bool all_prepared(void)
{
	struct child *c;

	for (CHILDREN_EACH(c)) {
		if (c->prepared < number && !c->behind)
			return false;
	}
	return true;
}

bool transaction_confirmed(uint64_t change)
{
	struct child *c;

	for (CHILDREN_EACH(c)) {
		if (c->committed < change)
			return false;
	}
	return true;
}

/* Those who were silent while it was prepared are not waited for again. */
static bool all_confirmed(void)
{
	struct child *c;

	for (CHILDREN_EACH(c)) {
		if (c->prepared >= number && c->committed < number)
			return false;
	}
	return true;
}

/* The first child that said it could not. */
static struct child *refuser(void)
{
	struct child *c;

	for (CHILDREN_EACH(c)) {
		if (c->prepared == number && c->refused)
			return c;
	}
	return NULL;
}

static void decide(void)
{
	struct child *c = refuser();
	char name[CHILDREN_NAME], why[CHILDREN_NAME + MESSAGE_WHY + 32] = "";

	change_deadline_cancel();
	if (c != NULL)
		snprintf(why, sizeof(why), "%s cannot take the change: %s",
			 children_name(c, name, sizeof(name)), c->why);
	watcher->prepared(c == NULL, why);
}

static void confirm(void)
{
	change_deadline_cancel();
	phase = IDLE;
	watcher->confirmed();
}

/* Why the change is not on disk yet, or will not be; NULL: it is. *waiting: it may still be. */
static const char *not_on_disk(bool *waiting, char *why, size_t size)
{
	char name[CHILDREN_NAME];
	struct child *c;
	bool any = false;

	*waiting = false;
	for (CHILDREN_EACH(c)) {
		if (!kind_has(c->kind, KIND_STATE))
			continue;
		any = true;
		if (c->persisted == number && !c->refused)
			continue;
		*waiting = c->persisted != number;
		if (*waiting)
			snprintf(why, size, "%s has not written the change to disk in time",
				 children_name(c, name, sizeof(name)));
		else
			snprintf(why, size, "%s", c->why);
		return why;
	}
	return any ? NULL : "the process that writes changes to disk is not running";
}

static void decide_persisted(bool out_of_patience)
{
	char buf[CHILDREN_NAME + MESSAGE_WHY + 64];
	bool waiting;
	const char *why = not_on_disk(&waiting, buf, sizeof(buf));

	if (waiting && !out_of_patience)
		return;
	change_deadline_cancel();
	watcher->persisted(why == NULL, why);
}

static void proceed(bool out_of_patience)
{
	if (phase == PERSISTING)
		decide_persisted(out_of_patience);
	else if (phase == PREPARING && (out_of_patience || all_prepared()))
		decide();
	else if (phase == COMMITTING && (out_of_patience || all_confirmed()))
		confirm();
}

static void on_deadline(void)
{
	proceed(true);
}

void transaction_open(void)
{
	text_init(&bytes);
	change_deadline_open(on_deadline);
}

bool transaction_busy(void)
{
	return phase != IDLE;
}

bool transaction_preparing(void)
{
	return phase == TELLING || phase == PREPARING || phase == PERSISTING;
}

/* A write to disk of an earlier change has not ended. */
static bool is_disk_busy(void)
{
	struct child *c;

	for (CHILDREN_EACH(c)) {
		if (kind_has(c->kind, KIND_STATE) && c->behind && c->prepared < number)
			return true;
	}
	return false;
}

static bool persists(void)
{
	return kind_wanted(KIND_STATE, running_config());
}

static bool is_behind(const struct child *c)
{
	return c->prepared < number || c->persisted < c->persisting;
}

void transaction_begin(const struct transaction_watch *watch)
{
	struct child *c;

	CHECK(phase == IDLE);
	for (CHILDREN_EACH(c))
		c->channel.copies.behind = c->behind = is_behind(c);
	phase = TELLING;
	number++;
	in_force <<= 1;
	watcher = watch;
	sent_bytes = sent_operations = 0;
	children_expect(0);
}

static bool concerns(const struct child *c, const struct change_op *op)
{
	unsigned who = op->kind != NULL ? op->kind->told : TOLD_ADDRESSES;

	if (op->told != 0)
		who = op->told;
	if (op->target == CHANGE_BASE)
		who &= TOLD_CONTROL | TOLD_STATE;
	return (c->kind->told & who) != 0;
}

/* `accepting`: to those that accept from the address; `others`: to all others. */
static void send_to(const struct change_op *op, bool accepting, bool others)
{
	struct child *c;
	unsigned count = op->address.fds != NULL ? op->address.count : 0;

	text_clear(&bytes);
	change_codec_encode(op, &bytes);
	for (CHILDREN_EACH(c)) {
		if (concerns(c, op) && (c->kind == op->address.kind ? accepting : others))
			channel_send(&c->channel, MESSAGE_OPERATION, bytes.data, bytes.len,
				     op->address.fds, count);
	}
}

/*
 * Sockets go only to those that accept from them: copies that wait in a queue count as the
 * master's descriptors.
 */
void transaction_send(const struct change_op *op)
{
	struct change_op shown = *op;

	shown.address.fds = NULL;
	shown.address.count = 0;
	if (op->address.fds != NULL)
		send_to(&shown, false, true);
	send_to(op, true, op->address.fds == NULL);
	sent_operations++;
	sent_bytes += bytes.len + CHANNEL_PACKET_COST;
	children_expect(sent_bytes);
}

static void abort_incomplete(void)
{
	struct child *c;

	for (CHILDREN_EACH(c)) {
		if (c->channel.broken && !c->channel.gone && !c->aborted)
			children_abort(c, "lost a part of a change");
	}
}

/* One that gave way holds descriptors under way until it ends: the others wait for that. */
static void abort_behind(void)
{
	struct child *c;

	for (CHILDREN_EACH(c)) {
		if (c->channel.broken && c->behind && !c->aborted)
			children_abort(c, "does not take changes, and descriptors are short");
	}
}

void transaction_prepare(void)
{
	struct message_number m = { number };

	phase = PREPARING;
	abort_behind();
	children_send(CHILDREN_ALL, MESSAGE_PREPARE, &m, sizeof(m));
	change_deadline_begin(sent_operations);
	change_deadline_prepare(persists());
	proceed(false);
}

bool transaction_persist(void)
{
	struct message_number m = { number };
	struct child *c;

	if (!persists())
		return false;
	phase = PERSISTING;
	for (CHILDREN_EACH(c)) {
		if (kind_has(c->kind, KIND_STATE))
			c->persisting = number;
	}
	children_send(KIND_STATE, MESSAGE_PERSIST, &m, sizeof(m));
	change_deadline_persist(is_disk_busy());
	proceed(false);
	return true;
}

uint64_t transaction_commit(uint64_t serial, const char *by)
{
	struct message_commit m = { .change = number, .serial = serial };

	snprintf(m.by, sizeof(m.by), "%s", by);
	phase = COMMITTING;
	in_force |= 1;
	children_send(CHILDREN_ALL, MESSAGE_COMMIT, &m, sizeof(m));
	abort_incomplete();
	change_deadline_commit();
	return number;
}

void transaction_abort(void)
{
	struct message_number m = { number };

	children_send(CHILDREN_ALL, MESSAGE_ABORT, &m, sizeof(m));
	phase = IDLE;
}

void transaction_give_up(const char *why)
{
	if (phase != PREPARING && phase != PERSISTING)
		return;
	change_deadline_cancel();
	if (phase == PREPARING)
		watcher->prepared(false, why);
	else
		watcher->persisted(false, why);
}

void transaction_silent(struct text *out)
{
	char name[CHILDREN_NAME];
	struct child *c;

	for (CHILDREN_EACH(c)) {
		if (c->committed < number)
			text_printf(out, "%s has not confirmed the change yet\n",
				    children_name(c, name, sizeof(name)));
	}
}

/* One that is too old to know counts as in force: a new process is right in any case. */
static bool is_in_force(uint64_t change)
{
	uint64_t ago = number - change;

	return ago >= 64 || (in_force >> ago & 1) != 0;
}

/* It was silent when this was decided, and cannot do what all others do. */
static void too_late(struct child *c)
{
	children_abort(c, "cannot take a change that is in force");
}

/* An answer in advance would let cells be used again while the child still counts in them. */
static bool was_sent(uint64_t change, bool committed)
{
	return change <= number && (!committed || is_in_force(change));
}

void transaction_answered(struct child *c, bool committed, const struct message_answer *answer)
{
	if (!was_sent(answer->change, committed)) {
		children_abort(c, "answered a change that it was not sent");
		return;
	}
	if (committed) {
		c->committed = answer->change;
	} else {
		c->prepared = answer->change;
		c->refused = answer->ok == 0;
		snprintf(c->why, sizeof(c->why), "%.*s", (int)sizeof(answer->why) - 1,
			 answer->why);
		if (c->refused && is_in_force(answer->change))
			too_late(c);
	}
	proceed(false);
}

void transaction_persisted(struct child *c, const struct message_answer *answer)
{
	if (answer->change > number || !kind_has(c->kind, KIND_STATE)) {
		children_abort(c, "answered a change that it was not sent");
		return;
	}
	c->persisted = answer->change;
	c->refused = answer->ok == 0;
	snprintf(c->why, sizeof(c->why), "%.*s", (int)sizeof(answer->why) - 1, answer->why);
	if (phase == PERSISTING)
		proceed(false);
}

void transaction_joined(struct child *c)
{
	c->prepared = c->committed = number;
}

void transaction_lost(void)
{
	proceed(false);
}
