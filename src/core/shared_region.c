/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/shared_region.h"

#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>

#include "core/shared_map.h"

#define GRANULES (SHARED_SPAN / SHARED_GRANULE)	/* of a span */
#define FINE (512 / SHARED_GRANULE)	/* up to here each size is a class of its own */
#define CLASSES (FINE + 5 * 8 + 1)	/* above, eight for each power of two, up to the largest */
#define KEPT 16				/* empty spans whose pages are not given back */
#define BLOCKS 4096			/* at most, of a span */

/* A span has blocks of one size, or is in use as a whole, or is free. */
struct shared_span {
	uint16_t granules;	/* of a block; 0: free; GRANULES: in use as a whole */
	uint16_t used;		/* blocks */
	uint16_t carved;	/* blocks that were ever taken */
	uint16_t free;		/* 1 + the first block that was given back; it names the next */
	uint32_t next, prev;	/* those of the class that have room; or the free ones */
	bool     dirty;		/* free, and not all zeros */
};

struct shared_spans {
	size_t   bytes;			/* of this */
	uint32_t room[CLASSES];		/* the first span with room of each class; 0: none */
	uint32_t empty;			/* the first free one below `fresh` */
	uint32_t dirty;			/* how many of them are not all zeros */
	uint32_t fresh;			/* from here on none is in use */
	bool     fresh_dirty;		/* a predecessor may have used them */
	uint32_t in_use;
	uint64_t *marks;		/* BLOCKS bits for each span, between own and sweep */
	struct shared_span span[];
};

static unsigned class_of(size_t bytes)
{
	size_t granules = (bytes + SHARED_GRANULE - 1) / SHARED_GRANULE;
	unsigned power = 0;

	if (granules <= FINE)
		return granules != 0 ? (unsigned)granules : 1;
	granules--;
	while (granules >> power >= 16)
		power++;
	return FINE + (power - 2) * 8 + (unsigned)(granules >> power) - 7;
}

static uint16_t granules_of(unsigned class)
{
	unsigned above = class - FINE - 1;

	if (class <= FINE)
		return (uint16_t)class;
	return (uint16_t)((9 + above % 8) << (above / 8 + 2));
}

size_t shared_region_size(size_t bytes)
{
	return (size_t)granules_of(class_of(bytes)) * SHARED_GRANULE;
}

static unsigned capacity(const struct shared_span *s)
{
	return GRANULES / s->granules;
}

/* No block of it can be taken: it is in no list. */
static bool full(const struct shared_span *s)
{
	return s->free == 0 && s->carved == capacity(s);
}

bool shared_region_open(struct shared_region *r, const char *name, size_t bytes)
{
	*r = (struct shared_region){ .spans = (uint32_t)(bytes / SHARED_SPAN) };
	r->base = shared_map(name, (size_t)r->spans * SHARED_SPAN);
#ifdef MADV_DONTDUMP
	/* a core would have gigabytes, most of them holes */
	if (r->base != NULL)
		madvise(r->base, (size_t)r->spans * SHARED_SPAN, MADV_DONTDUMP);
#endif
	return r->base != NULL;
}

static size_t mark_bytes(const struct shared_region *r)
{
	return (size_t)r->spans * (BLOCKS / 8);
}

static void disown(struct shared_region *r)
{
	if (r->own == NULL)
		return;
	if (r->own->marks != NULL)
		munmap(r->own->marks, mark_bytes(r));
	munmap(r->own, r->own->bytes);
	r->own = NULL;
}

void shared_region_close(struct shared_region *r)
{
	disown(r);
	shared_map_close(r->base);
	r->base = NULL;
}

bool shared_region_own(struct shared_region *r)
{
	size_t bytes = sizeof(struct shared_spans) + r->spans * sizeof(struct shared_span);

	disown(r);
	r->own = shared_map_private(bytes);
	if (r->own == NULL)
		return false;
	r->own->bytes = bytes;
	r->own->fresh = 1;
	r->own->marks = shared_map_private(mark_bytes(r));
	if (r->own->marks == NULL) {
		disown(r);
		return false;
	}
	return true;
}

static void unlink_span(struct shared_spans *own, uint32_t *head, uint32_t i)
{
	struct shared_span *s = &own->span[i];

	if (s->prev != 0)
		own->span[s->prev].next = s->next;
	else
		*head = s->next;
	if (s->next != 0)
		own->span[s->next].prev = s->prev;
}

static void link_span(struct shared_spans *own, uint32_t *head, uint32_t i)
{
	struct shared_span *s = &own->span[i];

	s->prev = 0;
	s->next = *head;
	if (*head != 0)
		own->span[*head].prev = i;
	*head = i;
}

static void link_empty(struct shared_region *r, uint32_t i)
{
	struct shared_spans *own = r->own;
	struct shared_span *s = &own->span[i];

	*s = (struct shared_span){ 0 };
	s->dirty = own->dirty < KEPT ||
		   !shared_map_drop(r->base + (size_t)i * SHARED_SPAN, SHARED_SPAN);
	own->dirty += s->dirty;
	link_span(own, &own->empty, i);
}

/* A span for blocks of so many granules; 0: the region is full. */
static uint32_t take_span(struct shared_region *r, uint16_t granules)
{
	struct shared_spans *own = r->own;
	uint32_t i = own->empty;
	bool dirty = own->fresh_dirty;

	if (i != 0) {
		unlink_span(own, &own->empty, i);
		dirty = own->span[i].dirty;
		own->dirty -= dirty;
	} else if (own->fresh < r->spans) {
		i = own->fresh++;
	} else {
		return 0;
	}
	own->span[i] = (struct shared_span){ .granules = granules };
	own->in_use++;
	if (dirty && granules == GRANULES)
		memset(r->base + (size_t)i * SHARED_SPAN, 0, SHARED_SPAN);
	return i;
}

uint32_t shared_region_take_span(struct shared_region *r)
{
	return take_span(r, GRANULES) * GRANULES;
}

/* The first bytes of a block that is not in use. */
static _Atomic uint16_t *next_free(struct shared_region *r, uint32_t i, unsigned block)
{
	size_t at = (size_t)block * r->own->span[i].granules * SHARED_GRANULE;

	return (_Atomic uint16_t *)(void *)(r->base + (size_t)i * SHARED_SPAN + at);
}

uint32_t shared_region_take(struct shared_region *r, size_t bytes)
{
	unsigned class = class_of(bytes);
	uint32_t i = r->own->room[class];
	struct shared_span *s = &r->own->span[i];
	unsigned block;

	if (i == 0) {
		i = take_span(r, granules_of(class));
		if (i == 0)
			return 0;
		s = &r->own->span[i];
		link_span(r->own, &r->own->room[class], i);
	}
	/* the memory is shared: a block that is free by what it says may be none */
	block = s->free != 0 ? s->free - 1u : s->carved;
	if (s->free != 0)
		s->free = atomic_load_explicit(next_free(r, i, block), memory_order_relaxed);
	else
		s->carved++;
	if (++s->used == capacity(s) || s->free > s->carved)
		s->free = 0;
	if (full(s))
		unlink_span(r->own, &r->own->room[class], i);
	return i * GRANULES + block * s->granules;
}

static void give_block(struct shared_region *r, uint32_t i, unsigned block)
{
	struct shared_span *s = &r->own->span[i];
	uint32_t *room = &r->own->room[class_of((size_t)s->granules * SHARED_GRANULE)];
	bool was_full = full(s);

	atomic_store_explicit(next_free(r, i, block), s->free, memory_order_relaxed);
	s->free = (uint16_t)(block + 1);
	s->used--;
	if (was_full)
		link_span(r->own, room, i);
	if (s->used == 0) {
		unlink_span(r->own, room, i);
		r->own->in_use--;
		link_empty(r, i);
	}
}

void shared_region_give(struct shared_region *r, uint32_t offset)
{
	uint32_t i = offset / GRANULES;
	struct shared_span *s = &r->own->span[i];

	if (i == 0 || i >= r->own->fresh || s->granules == 0)
		return;
	if (s->granules == GRANULES) {
		r->own->in_use--;
		link_empty(r, i);
	} else if (s->used != 0 && offset % GRANULES % s->granules == 0) {
		give_block(r, i, offset % GRANULES / s->granules);
	}
}

size_t shared_region_used(const struct shared_region *r)
{
	return (size_t)r->own->in_use * SHARED_SPAN;
}

static bool mark(struct shared_region *r, uint32_t offset, uint16_t granules)
{
	uint32_t i = offset / GRANULES;
	uint32_t block = offset % GRANULES / granules;
	struct shared_span *s = &r->own->span[i];
	uint64_t *word = &r->own->marks[(size_t)i * (BLOCKS / 64) + block / 64];
	uint64_t bit = UINT64_C(1) << block % 64;

	if (i == 0 || i >= r->spans || (s->granules != 0 && s->granules != granules) ||
	    offset % GRANULES % granules != 0 || block >= GRANULES / granules ||
	    (*word & bit) != 0)
		return false;
	*word |= bit;
	s->granules = granules;
	s->used++;
	if (i >= r->own->fresh)
		r->own->fresh = i + 1;
	return true;
}

bool shared_region_mark(struct shared_region *r, uint32_t offset, size_t bytes)
{
	return bytes <= SHARED_BLOCK_MAX && mark(r, offset, granules_of(class_of(bytes)));
}

bool shared_region_mark_span(struct shared_region *r, uint32_t offset)
{
	return mark(r, offset, GRANULES);
}

static void sweep_span(struct shared_region *r, uint32_t i)
{
	struct shared_span *s = &r->own->span[i];
	const uint64_t *marks = &r->own->marks[(size_t)i * (BLOCKS / 64)];

	r->own->in_use++;
	if (s->granules == GRANULES)
		return;
	s->carved = (uint16_t)capacity(s);
	for (unsigned block = s->carved; block-- != 0;) {
		if ((marks[block / 64] >> block % 64 & 1) != 0)
			continue;
		atomic_store_explicit(next_free(r, i, block), s->free, memory_order_relaxed);
		s->free = (uint16_t)(block + 1);
	}
	if (s->free != 0)
		link_span(r->own, &r->own->room[class_of((size_t)s->granules * SHARED_GRANULE)],
			  i);
}

void shared_region_sweep(struct shared_region *r)
{
	size_t used = (size_t)r->own->fresh * SHARED_SPAN;

	r->own->fresh_dirty =
		r->own->fresh < r->spans &&
		!shared_map_drop(r->base + used, (size_t)r->spans * SHARED_SPAN - used);
	for (uint32_t i = 1; i < r->own->fresh; i++) {
		if (r->own->span[i].granules != 0)
			sweep_span(r, i);
		else
			link_empty(r, i);
	}
	munmap(r->own->marks, mark_bytes(r));
	r->own->marks = NULL;
}
