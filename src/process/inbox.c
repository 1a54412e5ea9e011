/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/inbox.h"

#include <string.h>

#include "process/children.h"
#include "process/message.h"
#include "process/reload.h"
#include "process/retire.h"
#include "process/transaction.h"

static void (*on_ready)(struct child *c);

static uint64_t number_of(const struct message *m)
{
	struct message_number n;

	memcpy(&n, m->payload.data, sizeof(n));
	return n.number;
}

static void take_ready(struct child *c, const struct message *m)
{
	(void)m;
	if (c->ready) {	/* each makes a message to every other child */
		child_abort(c, "sent READY a second time");
		return;
	}
	c->ready = true;
	on_ready(c);
}

static void take_answer(struct child *c, const struct message *m)
{
	struct message_answer answer;

	memcpy(&answer, m->payload.data, sizeof(answer));
	transaction_answered(c, m->kind == MESSAGE_COMMITTED, &answer);
}

static void take_retired(struct child *c, const struct message *m)
{
	uint32_t round = (uint32_t)(number_of(m) >> 32);

	/* rounds are answered once, in order: else one worker could answer for all of them */
	if (round == 0 || (c->retired != 0 && (int32_t)(round - c->retired) <= 0)) {
		child_abort(c, "answered a message twice");
		return;
	}
	c->retired = round;
	retire_answered(number_of(m));
}

static void take_ask_reload(struct child *c, const struct message *m)
{
	(void)c;
	reload_ask_for((uint32_t)number_of(m));
}

static void (*const handlers[MESSAGE_KINDS])(struct child *c, const struct message *m) = {
	[MESSAGE_READY] = take_ready,
	[MESSAGE_PREPARED] = take_answer,
	[MESSAGE_COMMITTED] = take_answer,
	[MESSAGE_RETIRED] = take_retired,
	[MESSAGE_ASK_RELOAD] = take_ask_reload,
};

void inbox_open(void (*ready)(struct child *c))
{
	on_ready = ready;
}

void inbox_take(struct child *c, const struct message *m, const struct message_rule *rule)
{
	(void)rule;
	handlers[m->kind](c, m);
}
