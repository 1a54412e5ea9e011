/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A log line that is put together in a buffer of fixed size; what does not fit is cut off. For
 * the lines of sessions, where printf() would be too slow.
 */
#ifndef PROXY_LINE_H
#define PROXY_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/slice.h"

#define LINE_SIZE 3072

/* A key in both forms, with what goes before and after it: made by LINE_KEY(). */
struct line_key {
	uint8_t     text_len, json_len;
	const char *text, *json;
};

#define LINE_KEY(name)                                                                         \
	{ sizeof(" " name "=") - 1, sizeof(",\"" name "\":") - 1, " " name "=", ",\"" name "\":" }

struct line {
	size_t len;
	bool   json;	/* else logfmt */
	bool   first;
	char   data[LINE_SIZE];
};

void line_begin(struct line *l, bool json);
void line_end(struct line *l);

/* A key and its value; text goes unquoted in logfmt, `none` is - or null. */
void line_none(struct line *l, const struct line_key *key);
void line_word(struct line *l, const struct line_key *key, const char *value);
/* From the wire or a system: quoted and escaped in both forms. */
void line_quoted(struct line *l, const struct line_key *key, const char *value);
void line_bytes(struct line *l, const struct line_key *key, struct slice value);
/* An address: quoted only where it needs to be. */
void line_address(struct line *l, const struct line_key *key, const char *value);
void line_number(struct line *l, const struct line_key *key, uint64_t value);
void line_seconds(struct line *l, const struct line_key *key, uint64_t us);
void line_time(struct line *l, const struct line_key *key, uint64_t wall_ms);

#endif
