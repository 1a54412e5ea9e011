/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/table_stream.h"

#include "admin/answer.h"
#include "admin/http_stream.h"
#include "core/arena.h"
#include "core/text.h"

#define STEPS 2000		/* entries and empty buckets of a piece */
#define PIECE_BYTES 65536	/* about so many: one entry may be long */

/* An answer under way. */
struct table_answer {
	struct arena       *arena;	/* of this */
	struct table_stream is;
	struct shared_walk  walk;
	bool                begun, any;
};

static void print_entry(struct table_answer *a, const struct shared_entry *entry, struct text *out)
{
	size_t before = out->len;

	text_puts(out, a->any ? ",\n" : "\n");
	if (a->is.print(entry, a->is.arg, out))
		a->any = true;
	else
		text_truncate(out, before);
}

/* false: that was the last of them. */
static bool print_some(struct table_answer *a, struct text *out)
{
	static struct shared_entry entry;
	enum shared_next next = SHARED_NEXT_ENTRY;

	a->walk.steps = STEPS;
	for (unsigned i = 0; i < STEPS && next == SHARED_NEXT_ENTRY && out->len < PIECE_BYTES;
	     i++) {
		next = a->is.found ? shared_table_next(&a->is.table, &a->walk, &entry)
				   : SHARED_NEXT_END;
		if (next == SHARED_NEXT_ENTRY)
			print_entry(a, &entry, out);
	}
	return next != SHARED_NEXT_END;
}

static void more(struct http_request *r, void *arg)
{
	struct table_answer *a = arg;
	struct text piece;
	bool whole;

	text_init(&piece);
	if (!a->begun)
		text_printf(&piece, "{\"%s\":[", a->is.name);
	a->begun = true;
	whole = !print_some(a, &piece);
	/* a piece without bytes is never taken, and the next would not be asked for */
	text_puts(&piece, whole ? "]}\n" : piece.len == 0 ? " " : "");
	http_write(r, piece.data, piece.len);
	text_close(&piece);
	if (whole)
		http_stream_end(r);
}

static void over(void *arg, bool whole)
{
	struct table_answer *a = arg;

	(void)whole;
	arena_free(a->arena);
}

void table_stream_answer(struct http_request *r, const struct table_stream *stream,
			 struct arena *arena)
{
	static const struct http_stream functions = { more, over };
	struct table_answer *a = arena_alloc(arena, sizeof(*a));

	*a = (struct table_answer){ .arena = arena, .is = *stream };
	answer_stream(r, 200, "application/json", &functions, a);
}
