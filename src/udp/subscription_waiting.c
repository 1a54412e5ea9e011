/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/subscription_waiting.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "core/xxh64.h"

struct waiting_one {
	struct list link;
	struct subscription_arrival arrival;	/* slices point behind this */
	uint64_t    hash;			/* of its key */
	union {
		struct sockaddr     sa;
		struct sockaddr_in6 in6;
	} sender;
};

static uint64_t hash_of(struct slice key)
{
	struct xxh64 x;

	xxh64_begin(&x);
	xxh64_add(&x, key);
	return xxh64_sum(&x);
}

static struct waiting_one *one_at(struct list *node)
{
	return container_of(node, struct waiting_one, link);
}

static size_t size_of(const struct subscription_arrival *a)
{
	return sizeof(struct waiting_one) + a->datagram.len;
}

/* Where a unix socket is bound is of no use to anybody. */
static void copy_sender(struct waiting_one *one, const struct sockaddr *sender)
{
	one->sender.sa.sa_family = sender->sa_family;
	if (sender->sa_family == AF_INET)
		memcpy(&one->sender, sender, sizeof(struct sockaddr_in));
	else if (sender->sa_family == AF_INET6)
		memcpy(&one->sender, sender, sizeof(struct sockaddr_in6));
	one->arrival.sender = &one->sender.sa;
}

bool subscription_waiting_add(struct subscription_waiting *w, const struct subscription_arrival *a,
			      bool suspect)
{
	size_t most = suspect ? SUBSCRIPTION_WAITING_BYTES / 4 * 3 : SUBSCRIPTION_WAITING_BYTES;
	struct waiting_one *one;
	char *bytes;

	if (w->list.next == NULL)
		list_init(&w->list);
	if (w->bytes + size_of(a) > most)
		return false;
	one = calloc(1, size_of(a));
	if (one == NULL)
		return false;
	bytes = memcpy(one + 1, a->datagram.data, a->datagram.len);
	one->arrival = *a;
	one->arrival.datagram = (struct slice){ bytes, a->datagram.len };
	copy_sender(one, a->sender);
	if (!subscription_parse(&one->arrival.said, one->arrival.datagram, SUBSCRIPTION_LENIENT)) {
		free(one);
		return false;
	}
	one->hash = hash_of(a->said.key);
	list_append(&w->list, &one->link);
	w->by_key[one->hash % SUBSCRIPTION_WAITING_KEYS]++;
	w->bytes += size_of(a);
	w->count++;
	return true;
}

unsigned subscription_waiting_of(const struct subscription_waiting *w, struct slice key)
{
	unsigned about;
	uint64_t hash;

	if (w->count == 0)
		return 0;
	hash = hash_of(key);
	about = w->by_key[hash % SUBSCRIPTION_WAITING_KEYS];
	for (struct list *node = w->list.next; about != 0 && node != &w->list; node = node->next) {
		if (one_at(node)->hash == hash)
			return about;
	}
	return 0;
}

static void take_out(struct subscription_waiting *w, struct waiting_one *one)
{
	list_unlink(&one->link);
	w->by_key[one->hash % SUBSCRIPTION_WAITING_KEYS]--;
	w->bytes -= size_of(&one->arrival);
	w->count--;
}

void subscription_waiting_each(struct subscription_waiting *w, unsigned most,
			       bool (*each)(const struct subscription_arrival *a, void *arg),
			       void *arg)
{
	struct list *next;

	if (w->count == 0)
		return;
	for (struct list *node = w->list.next; node != &w->list && most != 0; node = next) {
		struct waiting_one *one = one_at(node);

		next = node->next;
		if (!each(&one->arrival, arg)) {
			most--;
			continue;
		}
		take_out(w, one);
		free(one);
	}
}

void subscription_waiting_clear(struct subscription_waiting *w)
{
	while (w->count != 0) {
		struct waiting_one *one = one_at(w->list.next);

		take_out(w, one);
		free(one);
	}
}
