/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/fanout_queue.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

void fanout_queue_open(struct fanout_queue *q)
{
	*q = (struct fanout_queue){ .next = 1 };
	list_init(&q->list);
}

static struct fanout_queued *queued_at(const struct list *node)
{
	return container_of(node, struct fanout_queued, link);
}

static size_t size_of(size_t len)
{
	return sizeof(struct fanout_queued) + len;
}

void fanout_queue_drop(struct fanout_queue *q)
{
	struct fanout_queued *first = queued_at(q->list.next);

	q->bytes -= size_of(first->len);
	q->count--;
	list_unlink(&first->link);
	free(first);
}

void fanout_queue_clear(struct fanout_queue *q)
{
	while (!list_empty(&q->list))
		fanout_queue_drop(q);
}

static void keep_sender(struct fanout_queued *to, const struct sockaddr *sender)
{
	memset(&to->sender, 0, sizeof(to->sender));
	if (sender == NULL)
		return;
	if (sender->sa_family == AF_INET)
		memcpy(&to->sender, sender, sizeof(struct sockaddr_in));
	else if (sender->sa_family == AF_INET6)
		memcpy(&to->sender, sender, sizeof(struct sockaddr_in6));
	else
		to->sender.ss_family = sender->sa_family;
}

void fanout_queue_add(struct fanout_queue *q, uint64_t room, struct slice bytes,
		      const struct sockaddr *sender)
{
	struct fanout_queued *last = NULL;

	q->next++;
	if (size_of(bytes.len) <= room)
		last = malloc(size_of(bytes.len));
	if (last == NULL) {
		q->dropped++;
		return;
	}
	while (q->bytes + size_of(bytes.len) > room) {
		fanout_queue_drop(q);
		q->dropped++;
	}
	last->number = q->next - 1;
	last->len = bytes.len;
	memcpy(last->bytes, bytes.data, bytes.len);
	keep_sender(last, sender);
	list_append(&q->list, &last->link);
	q->bytes += size_of(bytes.len);
	q->count++;
}

const struct fanout_queued *fanout_queue_from(const struct fanout_queue *q, uint64_t number)
{
	const struct list *node = q->list.next;

	while (node != &q->list && queued_at(node)->number < number)
		node = node->next;
	return node != &q->list ? queued_at(node) : NULL;
}

const struct fanout_queued *fanout_queue_next(const struct fanout_queue *q,
					      const struct fanout_queued *at)
{
	return at->link.next != &q->list ? queued_at(at->link.next) : NULL;
}
