/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/changed.h"

#include <stdbool.h>
#include <stdio.h>

#include "core/arena.h"
#include "core/clock.h"
#include "core/scoreboard.h"
#include "core/text.h"
#include "process/change.h"

struct entry {
	struct changed last;
	bool           touched;	/* by the change that is prepared */
};

static struct arena *arena;
static struct entry *entries[CELL_BACKEND + 1];	/* by kind of cell, then by its index */
static uint32_t counts[CELL_BACKEND + 1];
static struct text touched;			/* pointers to entries */

void changed_open(void)
{
	arena = arena_new();
	counts[CELL_SERVICE] = scoreboard_sizes()->services;
	counts[CELL_BACKEND] = scoreboard_sizes()->backends;
	for (unsigned i = CELL_SERVICE; i <= CELL_BACKEND; i++)
		entries[i] = arena_alloc(arena, counts[i] * sizeof(struct entry));
	text_init(&touched);
}

void changed_close(void)
{
	arena_free(arena);
	text_close(&touched);
	arena = NULL;
	counts[CELL_SERVICE] = counts[CELL_BACKEND] = 0;
}

static void touch(enum object_cell cell, struct handle handle)
{
	struct entry *e = handle.index < counts[cell] ? &entries[cell][handle.index] : NULL;

	if (e == NULL || e->touched)
		return;
	e->touched = true;
	text_append(&touched, &e, sizeof(e));
}

void changed_prepare(const struct change_op *op)
{
	if (op->target == CHANGE_BASE)
		return;
	touch(CELL_SERVICE, change_service(op));
	if (op->kind != NULL && op->kind->cell == CELL_BACKEND)
		touch(CELL_BACKEND, op->handle);
}

static void end(const struct changed *now)
{
	struct entry **list = (struct entry **)(void *)touched.data;

	for (size_t i = 0; i < touched.len / sizeof(*list); i++) {
		list[i]->touched = false;
		if (now != NULL)
			list[i]->last = *now;
	}
	text_clear(&touched);
}

void changed_commit(uint64_t serial, const char *by)
{
	struct changed now = { .generation = serial, .at_ms = clock_wall_ms() };

	snprintf(now.by, sizeof(now.by), "%s", by);
	end(&now);
}

void changed_abort(void)
{
	end(NULL);
}

const struct changed *changed_last(enum object_cell cell, struct handle handle)
{
	return handle.index < counts[cell] ? &entries[cell][handle.index].last : NULL;
}
