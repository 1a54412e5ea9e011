/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes JSON straight into a text, member by member, for answers that are too large to be built
 * as trees first. The caller keeps the order: key and value, or item and value, between open and
 * close. The text may be taken away in between.
 */
#ifndef CORE_JSON_WRITER_H
#define CORE_JSON_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/text.h"

struct json_writer {
	struct text *out;
	bool         lines;	/* one for each member, indented; else all is in one */
	bool         first;	/* nothing has been written at this level */
	unsigned     depth;
	const char *const *without;	/* see json_writer_without() */
	unsigned     without_depth;
	bool         leaves_out;	/* the last member; it begins at: */
	size_t       left_out_at;
	bool         left_out_first;
};

void json_writer_begin(struct json_writer *w, struct text *out, bool lines);

void json_writer_open(struct json_writer *w, char bracket);
void json_writer_close(struct json_writer *w, char bracket);
void json_writer_key(struct json_writer *w, const char *name);
void json_writer_item(struct json_writer *w);	/* the next value of an array comes */

void json_writer_string(struct json_writer *w, const char *value);	/* NULL: null */
void json_writer_integer(struct json_writer *w, int64_t value);
/* A real number, `value` / `divisor`; the divisor is a power of ten, or 1. */
void json_writer_fraction(struct json_writer *w, uint64_t value, unsigned divisor);
void json_writer_null(struct json_writer *w);

/* A whole member. */
void json_writer_put_string(struct json_writer *w, const char *name, const char *value);
void json_writer_put_integer(struct json_writer *w, const char *name, int64_t value);

/*
 * Members of these names, which a NULL ends, are left out at this level. NULL: from here on none
 * is.
 */
void json_writer_without(struct json_writer *w, const char *const *names);

#endif
