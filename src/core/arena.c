/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Arenas: a chain of chunks, the newest first. A piece that does not fit into
 * half a chunk gets one of its own behind the newest, so that the room left in
 * the newest is not lost.
 */
#include "core/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/stderr.h"

#define CHUNK_FIRST 1024
#define CHUNK_MOST 65536

struct arena_chunk {
	struct arena_chunk *next;
	size_t used, room;
	alignas(max_align_t) char bytes[];
};

struct arena {
	struct arena_chunk *chunks;
	size_t grow; /* room of the next chunk */
};

static void *need(size_t size)
{
	void *memory = size < SIZE_MAX / 2 ? calloc(1, size) : NULL;

	if (memory == NULL) {
		stderr_printf("heddle: out of memory (%zu bytes)\n", size);
		abort();
	}
	return memory;
}

struct arena *arena_new(void)
{
	struct arena *arena = need(sizeof(*arena));

	arena->grow = CHUNK_FIRST;
	return arena;
}

void arena_free(struct arena *arena)
{
	if (arena == NULL)
		return;
	struct arena_chunk *chunk = arena->chunks;

	while (chunk != NULL) {
		struct arena_chunk *next = chunk->next;

		free(chunk);
		chunk = next;
	}
	free(arena);
}

static struct arena_chunk *chunk_add(struct arena *arena, size_t room)
{
	struct arena_chunk *chunk = need(sizeof(*chunk) + room);

	chunk->room = room;
	if (arena->chunks != NULL && room != arena->grow) {
		chunk->next = arena->chunks->next;
		arena->chunks->next = chunk;
		return chunk;
	}
	chunk->next = arena->chunks;
	arena->chunks = chunk;
	if (arena->grow < CHUNK_MOST)
		arena->grow *= 2;
	return chunk;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	const size_t mask = alignof(max_align_t) - 1;

	size = size < SIZE_MAX / 2 ? (size + mask) & ~mask : size;
	struct arena_chunk *chunk = arena->chunks;

	if (chunk == NULL || chunk->room - chunk->used < size)
		chunk = chunk_add(arena, size > arena->grow / 2 ? size : arena->grow);
	void *piece = chunk->bytes + chunk->used;

	chunk->used += size;
	return piece;
}

char *arena_copy(struct arena *arena, struct slice bytes)
{
	char *copy = arena_alloc(arena, bytes.len + 1);

	if (bytes.len > 0)
		memcpy(copy, bytes.data, bytes.len);
	return copy;
}

char *arena_strdup(struct arena *arena, const char *text)
{
	return arena_copy(arena, slice_of(text));
}

char *arena_printf(struct arena *arena, const char *fmt, ...)
{
	va_list args, again;

	va_start(args, fmt);
	va_copy(again, args);
	int len = vsnprintf(NULL, 0, fmt, args);

	va_end(args);
	char *text = arena_alloc(arena, len < 0 ? 1 : (size_t)len + 1);

	if (len > 0)
		vsnprintf(text, (size_t)len + 1, fmt, again);
	va_end(again);
	return text;
}
