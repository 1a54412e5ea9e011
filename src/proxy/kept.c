/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/kept.h"

#include <string.h>

#include "core/log.h"
#include "core/scoreboard.h"
#include "core/slab.h"
#include "proxy/scratch.h"

#define CHUNK_SIZE (16 * 1024)

struct chunk_of_bytes {
	struct chunk_of_bytes *next;
	uint32_t               head, tail;
	char                   data[CHUNK_SIZE - 2 * sizeof(void *)];
};

static struct slab slab;
static uint64_t limit, in_use;

void kept_open(uint64_t memory_limit)
{
	slab_init(&slab, sizeof(struct chunk_of_bytes));
	limit = memory_limit;
	in_use = 0;
}

void kept_set_limit(uint64_t bytes)
{
	limit = bytes;
}

bool kept_full(void)
{
	/* a scratch buffer's worth begins in the chunk that is there, or takes one more */
	return in_use + SCRATCH_SIZE + CHUNK_SIZE > limit;
}

static void count(int64_t bytes)
{
	in_use = (uint64_t)((int64_t)in_use + bytes);
	counter_set(COUNTER_BUFFER_BYTES, in_use);
}

static struct chunk_of_bytes *add_chunk(struct kept *k)
{
	struct chunk_of_bytes *c = slab_take(&slab);

	if (c == NULL)
		return NULL;
	c->next = NULL;
	c->head = c->tail = 0;
	if (k->last != NULL)
		k->last->next = c;
	else
		k->first = c;
	k->last = c;
	count(CHUNK_SIZE);
	return c;
}

bool kept_put(struct kept *k, const char *bytes, size_t len)
{
	while (len != 0) {
		struct chunk_of_bytes *c = k->last;
		size_t n;

		if (c == NULL || c->tail == sizeof(c->data))
			c = add_chunk(k);
		if (c == NULL)
			return false;
		n = sizeof(c->data) - c->tail;
		if (n > len)
			n = len;
		memcpy(c->data + c->tail, bytes, n);
		c->tail += (uint32_t)n;
		bytes += n;
		len -= n;
	}
	return true;
}

const char *kept_front(const struct kept *k, size_t *len)
{
	if (k->first == NULL) {
		*len = 0;
		return NULL;
	}
	*len = k->first->tail - k->first->head;
	return k->first->data + k->first->head;
}

char *kept_head(struct kept *k, size_t *len)
{
	return (char *)(uintptr_t)kept_front(k, len);
}

static void drop_first(struct kept *k)
{
	struct chunk_of_bytes *c = k->first;

	k->first = c->next;
	if (k->first == NULL)
		k->last = NULL;
	slab_give(&slab, c);
	count(-CHUNK_SIZE);
}

void kept_take(struct kept *k, size_t len)
{
	k->first->head += (uint32_t)len;
	if (k->first->head == k->first->tail)
		drop_first(k);
}

struct slice kept_gather(const struct kept *k, char *into, size_t room)
{
	size_t len = 0;

	if (k->first == k->last) {
		const char *front = kept_front(k, &len);

		return (struct slice){ front, len };
	}
	for (const struct chunk_of_bytes *c = k->first; c != NULL; c = c->next) {
		size_t n = c->tail - c->head;

		CHECK(n <= room - len);
		memcpy(into + len, c->data + c->head, n);
		len += n;
	}
	return (struct slice){ into, len };
}

size_t kept_len(const struct kept *k)
{
	size_t len = 0;

	for (const struct chunk_of_bytes *c = k->first; c != NULL; c = c->next)
		len += c->tail - c->head;
	return len;
}

/* The bytes of a chunk from `at` on, counted from its first one; returns where they end. */
static char *cut_chunk(struct chunk_of_bytes *c, size_t at, char *into)
{
	size_t n = c->tail - c->head - at;

	memcpy(into, c->data + c->head + at, n);
	c->tail = (uint32_t)(c->head + at);
	return into + n;
}

size_t kept_cut(struct kept *k, size_t at, char *into)
{
	struct chunk_of_bytes *c = k->first, *rest;
	char *end;

	CHECK(at != 0 && c != NULL);
	for (; at > c->tail - c->head; c = c->next) {
		at -= c->tail - c->head;
		CHECK(c->next != NULL);
	}
	end = cut_chunk(c, at, into);
	rest = c->next;
	c->next = NULL;
	k->last = c;
	while (rest != NULL) {
		struct chunk_of_bytes *next = rest->next;

		end = cut_chunk(rest, 0, end);
		slab_give(&slab, rest);
		count(-CHUNK_SIZE);
		rest = next;
	}
	return (size_t)(end - into);
}

void kept_close(struct kept *k)
{
	while (k->first != NULL)
		drop_first(k);
}
