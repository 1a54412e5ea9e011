/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/slab.h"

#include <stdbool.h>
#include <sys/mman.h>

#include "core/log.h"

#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#define HIDE(item, size) ASAN_POISON_MEMORY_REGION(item, size)
#define SHOW(item, size) ASAN_UNPOISON_MEMORY_REGION(item, size)
#else
#define HIDE(item, size) ((void)0)
#define SHOW(item, size) ((void)0)
#endif

#define CHUNK ((size_t)64 * 1024)

/* At the front of each chunk, which is aligned to its size: an item finds it by masking. */
struct slab_chunk {
	struct list link;	/* slab.partial while there is room */
	uint32_t    used;
	uint32_t    fresh;	/* items never taken yet begin here */
	uint32_t    count;
	void       *free;	/* given back; each holds the next one's address */
};

#define FIRST ((sizeof(struct slab_chunk) + 63) & ~(size_t)63)

/* Twice the size always has an aligned chunk in it; what lies before and behind is given back. */
static void *map_aligned(void)
{
	char *at =
		mmap(NULL, 2 * CHUNK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	size_t skip;

	if (at == MAP_FAILED)
		return NULL;
	skip = (CHUNK - ((uintptr_t)at & (CHUNK - 1))) & (CHUNK - 1);
	if (skip != 0)
		munmap(at, skip);
	if (skip != CHUNK)
		munmap(at + skip + CHUNK, CHUNK - skip);
	return at + skip;
}

void slab_init(struct slab *slab, size_t item_size)
{
	slab->size = (item_size + 15) & ~(size_t)15;
	slab->spare = 0;
	list_init(&slab->partial);
	CHECK(FIRST + slab->size <= CHUNK);
}

static struct slab_chunk *add_chunk(struct slab *slab)
{
	struct slab_chunk *c = map_aligned();

	if (c == NULL)
		return NULL;
	list_init(&c->link);
	c->count = (uint32_t)((CHUNK - FIRST) / slab->size);
	list_append(&slab->partial, &c->link);
	slab->spare++;
	HIDE((char *)c + FIRST, CHUNK - FIRST);
	return c;
}

void *slab_take(struct slab *slab)
{
	struct slab_chunk *c;
	void *item;

	if (list_empty(&slab->partial)) {
		if (add_chunk(slab) == NULL)
			return NULL;
	}
	c = container_of(slab->partial.next, struct slab_chunk, link);
	if (c->free != NULL) {
		item = c->free;
		SHOW(item, slab->size);
		c->free = *(void **)item;
	} else {
		item = (char *)c + FIRST + c->fresh++ * slab->size;
		SHOW(item, slab->size);
	}
	if (c->used++ == 0)
		slab->spare--;
	/* a full chunk is on no list: slab_give() finds it by the address of its item */
	if (c->free == NULL && c->fresh == c->count)
		list_unlink(&c->link);
	return item;
}

void slab_give(struct slab *slab, void *item)
{
	struct slab_chunk *c = (struct slab_chunk *)((uintptr_t)item & ~(uintptr_t)(CHUNK - 1));
	bool was_full = c->free == NULL && c->fresh == c->count;

	*(void **)item = c->free;
	c->free = item;
	HIDE(item, slab->size);
	if (was_full)
		list_append(&slab->partial, &c->link);
	if (--c->used != 0)
		return;
	/* one empty chunk is kept: a session that comes and goes must not map and unmap */
	if (slab->spare == 0) {
		slab->spare = 1;
		return;
	}
	list_unlink(&c->link);
	SHOW((char *)c + FIRST, CHUNK - FIRST);
	munmap(c, CHUNK);
}
