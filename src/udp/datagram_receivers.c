/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/datagram_receivers.h"

#include <stddef.h>
#include <unistd.h>

#include "config/object.h"
#include "udp/fanout_totals.h"

#define FLUSH_MS 500	/* at most; and without anybody who reads: */
#define FLUSH_IDLE_MS 100

static struct list all;
static struct map by_path;

void datagram_receivers_open(void)
{
	list_init(&all);
}

static void leave(struct datagram_receiver *r)
{
	list_unlink(&r->link);
	(void)map_remove(&by_path, slice_of(r->path));
	datagram_receiver_release(r);
}

void datagram_receivers_close(void)
{
	while (!list_empty(&all))
		leave(container_of(all.next, struct datagram_receiver, link));
}

const struct datagram_receiver_kind *datagram_receivers_kind(const struct object_kind *object)
{
	for (size_t i = 0; datagram_receiver_kinds[i] != NULL; i++) {
		const struct object_kind *own = datagram_receiver_kinds[i]->object;

		if (object == own || object->parent == own)
			return datagram_receiver_kinds[i];
	}
	return NULL;
}

struct datagram_receiver *datagram_receivers_find(struct slice path)
{
	return map_get(&by_path, path);
}

struct datagram_receiver *datagram_receivers_next(const struct datagram_receiver_kind *kind,
						  const struct datagram_receiver *after)
{
	struct list *node = after != NULL ? after->link.next : all.next;

	for (; node != &all; node = node->next) {
		struct datagram_receiver *r = container_of(node, struct datagram_receiver, link);

		if (kind == NULL || r->kind == kind)
			return r;
	}
	return NULL;
}

struct datagram_receiver *datagram_receivers_add(const struct datagram_receiver_kind *kind,
						 const char *path)
{
	struct datagram_receiver *r = kind->new(kind, path);

	list_append(&all, &r->link);
	map_set(&by_path, slice_of(r->path), r);
	return r;
}

void datagram_receivers_remove(struct datagram_receiver *r)
{
	r->kind->remove(r);
	leave(r);
}

/* Once all counters are taken that may be: what is left was of receivers that are none now. */
void datagram_receivers_give_left(void)
{
	struct datagram_receiver *r = NULL;

	while ((r = datagram_receivers_next(NULL, r)) != NULL) {
		if (r->kind->pending != NULL && r->kind->pending(r))
			return;
	}
	fanout_totals_give_left();
}

void datagram_receivers_second(void)
{
	struct datagram_receiver *r = NULL;

	while ((r = datagram_receivers_next(NULL, r)) != NULL) {
		if (r->kind->second != NULL)
			r->kind->second(r);
	}
}

/* Whether something waits still. */
static bool flush_all(bool *sent)
{
	struct datagram_receiver *r = NULL;
	bool waits = false;

	while ((r = datagram_receivers_next(NULL, r)) != NULL) {
		if (r->kind->flush != NULL && r->kind->flush(r, sent))
			waits = true;
	}
	return waits;
}

void datagram_receivers_flush(void)
{
	unsigned idle = 0;

	for (unsigned ms = 0; ms < FLUSH_MS && idle < FLUSH_IDLE_MS; ms++, idle++) {
		bool sent = false;

		if (!flush_all(&sent))
			return;
		if (sent)
			idle = 0;
		usleep(1000);
	}
}
