/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory that is freed all at once: everything one configuration object owns.
 * An arena never gives single pieces back. Out of memory aborts the process:
 * arenas are for configuration, never for what a stranger sends.
 */
#ifndef CORE_ARENA_H
#define CORE_ARENA_H

#include <stddef.h>

#include "core/base.h"
#include "core/slice.h"

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *arena);	/* NULL is allowed */

/* `size` zeroed bytes, aligned for any type. */
void *arena_alloc(struct arena *arena, size_t size);

/* A copy, terminated by NUL. */
char *arena_copy(struct arena *arena, struct slice bytes);
char *arena_strdup(struct arena *arena, const char *text);
char *arena_printf(struct arena *arena, const char *fmt, ...) PRINTF(2, 3);

#endif
