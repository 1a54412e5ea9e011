/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/changed.h"

#include <stdbool.h>

#include "core/arena.h"
#include "core/clock.h"
#include "core/scoreboard.h"
#include "process/change.h"

struct entry {
	struct changed last;
	bool           touched;	/* by what is prepared */
};

static struct arena *arena;
static struct entry *entries;	/* by the index of the service's cell */
static uint32_t count;

void changed_open(void)
{
	count = scoreboard_sizes()->services;
	arena = arena_new();
	entries = arena_alloc(arena, count * sizeof(*entries));
}

void changed_close(void)
{
	arena_free(arena);
	arena = NULL;
	entries = NULL;
	count = 0;
}

void changed_prepare(const struct change_op *op)
{
	if (op->object != CHANGE_SETTINGS && op->service.index < count)
		entries[op->service.index].touched = true;
}

void changed_commit(uint64_t serial)
{
	uint64_t now = clock_wall_ms();

	for (uint32_t i = 0; i < count; i++) {
		if (entries[i].touched)
			entries[i].last = (struct changed){ serial, now };
		entries[i].touched = false;
	}
}

void changed_abort(void)
{
	for (uint32_t i = 0; i < count; i++)
		entries[i].touched = false;
}

struct changed changed_last(struct handle service)
{
	return entries[service.index].last;
}
