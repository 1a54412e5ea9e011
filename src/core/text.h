/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text that grows at its end. The buffer belongs to the struct; text_close()
 * frees it. Always terminated by NUL when len > 0 or after text_cstr(). Out of
 * memory aborts: text is for messages and configuration, not for relayed bytes.
 */
#ifndef CORE_TEXT_H
#define CORE_TEXT_H

#include <stdarg.h>
#include <stddef.h>

#include "core/base.h"
#include "core/slice.h"

struct text {
	char  *data;
	size_t len;
	size_t room;
};

void text_init(struct text *t);
void text_close(struct text *t);
void text_clear(struct text *t);	/* len = 0, the buffer is kept */
void text_truncate(struct text *t, size_t len);	/* to at most `len` bytes */
const char *text_cstr(struct text *t);	/* "" when empty */
struct slice text_slice(const struct text *t);

/* Appends so many bytes, which the caller sets; where they are. */
char *text_extend(struct text *t, size_t len);
void text_append(struct text *t, const void *bytes, size_t len);
void text_puts(struct text *t, const char *text);
void text_putc(struct text *t, char c);
void text_printf(struct text *t, const char *fmt, ...) PRINTF(2, 3);
void text_vprintf(struct text *t, const char *fmt, va_list args) PRINTF(2, 0);

/*
 * The bytes as a JSON string with its quotes, which is one of YAML too: characters that YAML does
 * not have are escaped. Bytes that are not UTF-8 become \u00XX.
 */
void text_json(struct text *t, struct slice bytes);

#endif
