/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/master_messages.h"

#include <string.h>

#include "process/children.h"
#include "process/kind.h"
#include "process/listen_close.h"
#include "process/lookup_request.h"
#include "process/message.h"
#include "process/names.h"
#include "process/request.h"
#include "process/transaction.h"

static void (*ready)(struct child *c);

static uint64_t number_of(const struct message *m)
{
	struct message_number n;

	memcpy(&n, m->payload.data, sizeof(n));
	return n.number;
}

static void on_ready(struct child *c, const struct message *m)
{
	(void)m;
	if (c->ready) {	/* each makes a message to every other child */
		children_abort(c, "sent READY a second time");
		return;
	}
	c->ready = true;
	ready(c);
}

static void on_answer(struct child *c, const struct message *m)
{
	struct message_answer answer;

	memcpy(&answer, m->payload.data, sizeof(answer));
	transaction_answered(c, m->kind == MESSAGE_COMMITTED, &answer);
}

static void on_persisted(struct child *c, const struct message *m)
{
	struct message_answer answer;

	memcpy(&answer, m->payload.data, sizeof(answer));
	transaction_persisted(c, &answer);
}

static void on_address_done(struct child *c, const struct message *m)
{
	listen_close_answered(c, number_of(m));
}

static void on_request(struct child *c, const struct message *m)
{
	if (!request_take(m->payload))
		children_abort(c, "sent an invalid message");
}

static void on_resolved(struct child *c, const struct message *m)
{
	lookup_request_done(c, m->payload);
}

static void on_names(struct child *c, const struct message *m)
{
	if (!names_take(m->payload))
		children_abort(c, "sent an invalid message");
}

static void (*const handlers[MESSAGE_KINDS])(struct child *c, const struct message *m) = {
	[MESSAGE_READY] = on_ready,
	[MESSAGE_PREPARED] = on_answer,
	[MESSAGE_COMMITTED] = on_answer,
	[MESSAGE_PERSISTED] = on_persisted,
	[MESSAGE_ADDRESS_DONE] = on_address_done,
	[MESSAGE_REQUEST] = on_request,
	[MESSAGE_RESOLVED] = on_resolved,
	[MESSAGE_NAMES] = on_names,
};

void master_messages_open(void (*on_child_ready)(struct child *c))
{
	ready = on_child_ready;
}

void master_messages_take(struct child *c, const struct message *m)
{
	handlers[m->kind](c, m);
}

void master_messages_joined(struct child *c)
{
	transaction_joined(c);
	listen_close_joined(c);
}

void master_messages_lost(const struct child *c)
{
	lookup_request_lost(c);
	if (kind_has(c->kind, KIND_REQUESTS)) {
		request_forget();
		lookup_request_forget();
	}
}

void master_messages_reaped(void)
{
	transaction_lost();
	listen_close_lost();
}
