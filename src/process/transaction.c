/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/transaction.h"

#include <stdio.h>
#include <string.h>

#include "core/config.h"
#include "core/log.h"
#include "core/text.h"
#include "process/change.h"
#include "process/change_codec.h"
#include "process/children.h"
#include "process/kind.h"
#include "process/running.h"

enum phase { IDLE, TELLING, PREPARING, COMMITTING };

static enum phase phase;
static uint64_t number;		/* of the change that is under way, or the last one */
static uint64_t in_force;	/* of the last changes; bit 0: that one, 1: the one before */
static const struct transaction_watch *watcher;
static struct timer patience;
static struct text bytes;
static size_t told;		/* bytes of operations of that change */

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

bool transaction_settled(uint64_t change)
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
	char name[CHILD_NAME], why[128] = "";

	timer_cancel(&patience);
	if (c != NULL)
		snprintf(why, sizeof(why), "%s cannot take the change: %s",
			 child_name(c, name, sizeof(name)), strerror((int)c->error));
	watcher->prepared(c == NULL, why);
}

static void confirm(void)
{
	timer_cancel(&patience);
	phase = IDLE;
	watcher->confirmed();
}

static void proceed(bool out_of_patience)
{
	if (phase == PREPARING && (out_of_patience || all_prepared()))
		decide();
	else if (phase == COMMITTING && (out_of_patience || all_confirmed()))
		confirm();
}

static void on_patience(struct timer *t)
{
	(void)t;
	proceed(true);
}

void transaction_open(void)
{
	text_init(&bytes);
	timer_setup(&patience, on_patience);
}

bool transaction_busy(void)
{
	return phase != IDLE;
}

bool transaction_preparing(void)
{
	return phase == TELLING || phase == PREPARING;
}

static void wait_for_answers(void)
{
	timer_set(&patience, running_config()->settings.change_timeout_ms);
}

void transaction_begin(const struct transaction_watch *watch)
{
	struct child *c;

	CHECK(phase == IDLE);
	for (CHILDREN_EACH(c))
		c->channel.behind = c->behind = c->prepared < number;
	phase = TELLING;
	number++;
	in_force <<= 1;
	watcher = watch;
	told = 0;
}

size_t transaction_bytes(void)
{
	return told;
}

static bool concerns(const struct child *c, const struct change_op *op)
{
	/* control shows addresses in the stats, and needs no sockets for that */
	return op->object != CHANGE_ADDRESS || c->kind->slot == SLOT_WORKER ||
	       c->kind->slot == SLOT_CONTROL;
}

static void tell(const struct change_op *op, bool workers, bool others)
{
	struct child *c;
	unsigned count = op->address.fds != NULL ? op->address.count : 0;

	text_clear(&bytes);
	change_encode(op, &bytes);
	for (CHILDREN_EACH(c)) {
		if (concerns(c, op) && (c->kind->slot == SLOT_WORKER ? workers : others))
			channel_send(&c->channel, MESSAGE_OPERATION, bytes.data, bytes.len,
				     op->address.fds, count);
	}
}

/* Sockets go to workers only: copies that wait in a queue count as the master's descriptors. */
void transaction_tell(const struct change_op *op)
{
	struct change_op shown = *op;

	shown.address.fds = NULL;
	shown.address.count = 0;
	if (op->address.fds != NULL)
		tell(&shown, false, true);
	tell(op, true, op->address.fds == NULL);
	told += bytes.len + CHANNEL_PACKET_COST;
}

static void abort_incomplete(void)
{
	struct child *c;

	for (CHILDREN_EACH(c)) {
		if (c->channel.broken && !c->channel.gone && !c->aborted)
			child_abort(c, "lost a part of a change");
	}
}

/* One that gave way holds descriptors under way until it ends: the others wait for that. */
static void abort_behind(void)
{
	struct child *c;

	for (CHILDREN_EACH(c)) {
		if (c->channel.broken && c->behind && !c->aborted)
			child_abort(c, "does not take changes, and descriptors are short");
	}
}

void transaction_prepare(void)
{
	struct message_number m = { number };

	phase = PREPARING;
	abort_behind();
	children_send(SLOT_NONE, MESSAGE_PREPARE, &m, sizeof(m));
	wait_for_answers();
	proceed(false);
}

uint64_t transaction_commit(uint64_t serial)
{
	struct message_commit m = { number, serial };

	phase = COMMITTING;
	in_force |= 1;
	children_send(SLOT_NONE, MESSAGE_COMMIT, &m, sizeof(m));
	abort_incomplete();
	wait_for_answers();
	return number;
}

void transaction_abort(void)
{
	struct message_number m = { number };

	children_send(SLOT_NONE, MESSAGE_ABORT, &m, sizeof(m));
	phase = IDLE;
}

void transaction_give_up(const char *why)
{
	if (phase != PREPARING)
		return;
	timer_cancel(&patience);
	watcher->prepared(false, why);
}

void transaction_silent(struct text *out)
{
	char name[CHILD_NAME];
	struct child *c;

	for (CHILDREN_EACH(c)) {
		if (c->committed < number)
			text_printf(out, "%s has not confirmed the change yet\n",
				    child_name(c, name, sizeof(name)));
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
	child_abort(c, "cannot take a change that is in force");
}

/* An answer in advance would let cells be used again while the child still counts in them. */
static bool was_sent(uint64_t change, bool committed)
{
	return change <= number && (!committed || is_in_force(change));
}

void transaction_answered(struct child *c, bool committed, const struct message_answer *answer)
{
	if (!was_sent(answer->change, committed)) {
		child_abort(c, "answered a change that it was not sent");
		return;
	}
	if (committed) {
		c->committed = answer->change;
	} else {
		c->prepared = answer->change;
		c->refused = answer->ok == 0;
		c->error = answer->error;
		if (c->refused && is_in_force(answer->change))
			too_late(c);
	}
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
