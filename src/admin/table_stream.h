/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A list of what is in a table of the shared memory (core/shared_table.h), as a JSON array that is
 * sent in pieces: a million entries block nobody. They come in the order of the table.
 */
#ifndef ADMIN_TABLE_STREAM_H
#define ADMIN_TABLE_STREAM_H

#include <stdbool.h>

#include "core/shared_table.h"

struct arena;
struct http_request;
struct text;

struct table_stream {
	const char         *name;	/* of the array */
	struct shared_table table;
	bool                found;	/* there is a table */
	/*
	 * Appends an entry as JSON, whatever is in it. false: it is not wanted, or damaged; what
	 * was appended is taken back.
	 */
	bool              (*print)(const struct shared_entry *entry, void *arg, struct text *out);
	void               *arg;
};

/* Answers 200. The stream is copied; the arena, which `arg` may lie in, is freed at the end. */
void table_stream_answer(struct http_request *r, const struct table_stream *stream,
			 struct arena *arena);

#endif
