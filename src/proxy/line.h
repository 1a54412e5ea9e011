/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One log line under construction, in a fixed buffer: what does not fit is cut
 * off. For lines that are written for every session, where printf is too slow.
 */
#ifndef PROXY_LINE_H
#define PROXY_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LINE_SIZE 3072

struct line {
	size_t len;
	bool   json;	/* else logfmt */
	bool   first;
	char   data[LINE_SIZE];
};

void line_begin(struct line *l, bool json);
void line_end(struct line *l);

/* A key and its value; text goes unquoted in logfmt, `none` is - or null. */
void line_none(struct line *l, const char *key);
void line_word(struct line *l, const char *key, const char *value);
/* From the wire or a system: quoted and escaped in both forms. */
void line_quoted(struct line *l, const char *key, const char *value);
void line_number(struct line *l, const char *key, uint64_t value);
void line_seconds(struct line *l, const char *key, uint64_t us);
void line_time(struct line *l, const char *key, uint64_t wall_ms);

#endif
