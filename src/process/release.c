/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/release.h"

#include "process/addresses.h"
#include "process/children.h"
#include "process/reload.h"
#include "process/removals.h"
#include "process/running.h"
#include "process/stop.h"
#include "process/transaction.h"

static struct address *next_shut(struct list *node)
{
	struct list *all = addresses_all();

	for (; node != all; node = node->next) {
		struct address *a = container_of(node, struct address, link);

		if (a->state == ADDRESS_SHUT)
			return a;
	}
	return NULL;
}

bool release_pending(void)
{
	return next_shut(addresses_all()->next) != NULL;
}

/* Those that were told; others may have been shut meanwhile. */
static void close_told(void)
{
	struct list *node = addresses_all()->next;
	struct address *a;

	while ((a = next_shut(node)) != NULL) {
		node = a->link.next;
		if (a->released)
			address_close(a);
	}
}

/* Letting go cannot fail: a child that did not understand has to begin anew. */
static void prepared(bool ok, const char *why)
{
	uint64_t number = transaction_commit(running_serial());

	(void)ok;
	(void)why;
	close_told();
	removals_addresses_gone(number);
}

static void confirmed(void)
{
	children_reconcile();
	stop_addresses_gone();
	reload_next();
}

static const struct transaction_watch watch = { prepared, confirmed };

void release_start(void)
{
	struct address *a;

	transaction_begin(&watch);
	for (a = next_shut(addresses_all()->next); a != NULL; a = next_shut(a->link.next)) {
		struct change_op op = { .verb = CHANGE_DELETE, .object = CHANGE_ADDRESS,
					.service = a->service, .address = { .id = a->id } };

		a->released = true;
		transaction_tell(&op);
	}
	transaction_prepare();
}
