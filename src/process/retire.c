/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/retire.h"

#include <stddef.h>

#include "core/log.h"
#include "process/addresses.h"
#include "process/children.h"
#include "process/message.h"
#include "process/sockets.h"

#define HANDSHAKE_MS 1000	/* longer than a handshake takes from anywhere */
#define ROUND_MS 200		/* between two rounds where new clients cannot be kept away */
#define ANSWER_MS 500		/* a worker that does not answer hangs: the others have accepted */

enum stage { QUIET, ROUND, LAST_ROUND };

static void (*on_shut)(void);

void retire_open(void (*shut)(void))
{
	on_shut = shut;
}

/* What a worker sends back: an answer to an earlier round must not count for this one. */
static uint64_t number_of(const struct address *a)
{
	return (uint64_t)a->round << 32 | a->id;
}

static void ask_workers(struct address *a, enum stage stage)
{
	static uint32_t rounds;	/* of all addresses: a worker answers them in this order */
	struct message_number m;

	if (++rounds == 0)
		rounds++;
	a->round = rounds;
	m.number = number_of(a);
	a->stage = stage;
	a->answers = children_count(SLOT_WORKER);
	children_send(SLOT_WORKER, MESSAGE_RETIRE, &m, sizeof(m));
	timer_set(&a->timer, stage == ROUND ? ROUND_MS : ANSWER_MS);
}

/* A path that was bound again has another socket now: the address is not removed. */
static void tell_removed(const struct address *a)
{
	static const struct log_subject removed = { .event = "address_removed" };
	static const struct log_subject replaced = { .event = "address_replaced" };
	char text[ADDR_TEXT];

	addr_print(&a->addr, text, sizeof(text));
	if (addresses_reachable(&a->addr))
		log_about(LEVEL_INFO, &replaced, "%s: the socket that it had before is closed",
			  text);
	else
		log_about(LEVEL_INFO, &removed, "%s: no longer listening", text);
}

static void shut(struct address *a)
{
	CHECK(a->state == ADDRESS_RETIRING && a->next_conf == NULL);
	timer_cancel(&a->timer);
	sockets_shut(&a->addr, a->fds, a->count);
	a->state = ADDRESS_SHUT;
	tell_removed(a);
	on_shut();
}

static void on_timer(struct timer *t)
{
	struct address *a = container_of(t, struct address, timer);

	if (a->stage == LAST_ROUND)
		shut(a);
	else
		ask_workers(a, LAST_ROUND);
}

void retire_start(struct address *a)
{
	a->state = ADDRESS_RETIRING;
	a->conf = NULL;
	a->owner = NULL;
	a->answers = 0;
	timer_setup(&a->timer, on_timer);
	address_unlink(a);
	if (sockets_quiet(&a->addr, a->fds, a->count)) {
		a->stage = QUIET;
		timer_set(&a->timer, HANDSHAKE_MS);
	} else if (a->addr.kind == ADDR_UNIX) {
		ask_workers(a, LAST_ROUND);	/* without its path nobody finds it */
	} else {
		ask_workers(a, ROUND);
	}
}

void retire_cancel(struct address *a)
{
	timer_cancel(&a->timer);
	sockets_unquiet(&a->addr, a->fds, a->count);
	a->state = ADDRESS_RESUMED;
}

void retire_answered(uint64_t number)
{
	struct address *a = addresses_find((uint32_t)number);

	if (a == NULL || a->state != ADDRESS_RETIRING || number != number_of(a) || a->answers == 0)
		return;
	if (--a->answers == 0 && a->stage == LAST_ROUND)
		shut(a);
}

bool retire_busy(void)
{
	struct list *all = addresses_all();

	for (struct list *node = all->next; node != all; node = node->next) {
		const struct address *a = container_of(node, struct address, link);

		if (a->state == ADDRESS_RETIRING || a->state == ADDRESS_SHUT)
			return true;
	}
	return false;
}
