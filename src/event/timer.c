/* SPDX-License-Identifier: BSD-2-Clause */
#include "event/timer.h"

#include <stdlib.h>

#include "core/log.h"

struct timer_entry {
	uint64_t      key;	/* not later than timer->when */
	struct timer *timer;
};

static uint64_t now_ms;	/* of the event loop */
static struct timer_entry *heap;	/* heap[1] is the first */
static uint32_t used, room;

static void place(uint32_t slot, struct timer_entry e)
{
	heap[slot] = e;
	e.timer->slot = slot;
}

static void rise(uint32_t slot, struct timer_entry e)
{
	while (slot > 1 && heap[slot / 2].key > e.key) {
		place(slot, heap[slot / 2]);
		slot /= 2;
	}
	place(slot, e);
}

static void sink(uint32_t slot, struct timer_entry e)
{
	for (;;) {
		uint32_t child = slot * 2;

		if (child > used)
			break;
		if (child < used && heap[child + 1].key < heap[child].key)
			child++;
		if (heap[child].key >= e.key)
			break;
		place(slot, heap[child]);
		slot = child;
	}
	place(slot, e);
}

static void grow(void)
{
	room = room != 0 ? room * 2 : 64;
	heap = realloc(heap, (room + 1) * sizeof(*heap));
	CHECK(heap != NULL);
}

static void shrink(void)
{
	struct timer_entry *less;

	if (room <= 1024 || used > room / 8)
		return;
	less = realloc(heap, (room / 4 + 1) * sizeof(*heap));
	if (less == NULL)
		return;
	heap = less;
	room /= 4;
}

static void take_out(uint32_t slot)
{
	struct timer_entry last = heap[used];

	heap[slot].timer->slot = 0;
	used--;
	if (slot <= used) {
		if (slot > 1 && heap[slot / 2].key > last.key)
			rise(slot, last);
		else
			sink(slot, last);
	}
	shrink();
}

void timer_setup(struct timer *t, timer_handler *handler)
{
	*t = (struct timer){ .handler = handler };
}

void timer_set(struct timer *t, uint64_t after_ms)
{
	uint64_t when = now_ms + after_ms;

	/*
	 * Later costs nothing: the entry keeps its old key and is moved when that comes up. A
	 * timeout is set again and again and rarely runs out.
	 */
	t->when = when;
	if (t->slot != 0) {
		if (when < heap[t->slot].key)
			rise(t->slot, (struct timer_entry){ when, t });
		return;
	}
	if (used == room)
		grow();
	used++;
	rise(used, (struct timer_entry){ when, t });
}

void timer_cancel(struct timer *t)
{
	if (t->slot != 0)
		take_out(t->slot);
}

void timers_set_now(uint64_t now)
{
	now_ms = now;
}

/* A first entry whose timer has moved to later goes to its true place. */
static void correct_first(void)
{
	while (used != 0 && heap[1].timer->when > heap[1].key) {
		struct timer_entry e = { heap[1].timer->when, heap[1].timer };

		sink(1, e);
	}
}

uint64_t timers_next(void)
{
	correct_first();
	return used != 0 ? heap[1].key : UINT64_MAX;
}

void timers_run(uint64_t now)
{
	/* bounded: one that is due at once again waits for the next turn */
	for (uint32_t most = used; most != 0 && timers_next() <= now; most--) {
		struct timer *t = heap[1].timer;

		take_out(1);
		t->handler(t);
	}
}

void timers_close(void)
{
	for (uint32_t i = 1; i <= used; i++)
		heap[i].timer->slot = 0;
	free(heap);
	heap = NULL;
	used = room = 0;
}
