/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Items of one size, the only allocation while serving. Taken from and given
 * back to 64k chunks of pages; a chunk that is empty goes back to the system,
 * but for one. Out of memory is NULL: the caller ends the session that needed the item.
 */
#ifndef CORE_SLAB_H
#define CORE_SLAB_H

#include <stddef.h>
#include <stdint.h>

#include "core/base.h"
#include "core/list.h"

struct slab {
	size_t      size;	/* of an item, rounded up */
	struct list partial;	/* chunks with room */
	uint32_t    spare;	/* of those, entirely empty ones */
};

void slab_init(struct slab *slab, size_t item_size);
void *slab_take(struct slab *slab) MUST_CHECK;	/* not zeroed */
void slab_give(struct slab *slab, void *item);

#endif
