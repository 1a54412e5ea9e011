/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The uwsgi packet: a header of four bytes, then a block of pairs. Reads in place, keeps nothing,
 * and trusts no length in it. Source of the format: Protocol.rst of uWSGI's documentation and
 * uwsgi_hooked_parse() in core/protocol.c of uWSGI 2.0.21.
 *
 *     modifier1, size of the block (2 bytes, little endian), modifier2
 *     size of the name (2 bytes, little endian), name, size of the value (likewise), value; ...
 */
#ifndef CORE_UWSGI_H
#define CORE_UWSGI_H

#include <stdbool.h>
#include <stddef.h>

#include "core/slice.h"

#define UWSGI_HEADER 4
#define UWSGI_BLOCK_MAX 65535

static inline size_t uwsgi_little16(const char *bytes)
{
	return (size_t)(unsigned char)bytes[0] | (size_t)(unsigned char)bytes[1] << 8;
}

/* Bytes of the block, which the UWSGI_HEADER bytes at `header` declare. */
static inline size_t uwsgi_block_size(const char *header)
{
	return uwsgi_little16(header + 1);
}

/* For uwsgi_next(): one length and its bytes; false: they are not all there. */
static inline bool uwsgi_counted(struct slice *rest, struct slice *counted)
{
	size_t len;

	if (rest->len < 2)
		return false;
	len = uwsgi_little16(rest->data);
	if (len > rest->len - 2)
		return false;
	*counted = (struct slice){ rest->data + 2, len };
	*rest = slice_after(*rest, 2 + len);
	return true;
}

enum uwsgi_next {
	UWSGI_PAIR,	/* *name, never empty, and *value, perhaps empty, point into the block */
	UWSGI_END,
	UWSGI_BAD,	/* a length goes beyond the block, or a name is empty; *rest is as before */
};

/*
 * Takes the next pair off the front of the block. In here, as each request has some twenty pairs,
 * and a call for each of them was a tenth of heddle's own time.
 */
static inline enum uwsgi_next uwsgi_next(struct slice *rest, struct slice *name,
					 struct slice *value)
{
	struct slice after = *rest;

	if (after.len == 0)
		return UWSGI_END;
	if (!uwsgi_counted(&after, name) || name->len == 0 || !uwsgi_counted(&after, value))
		return UWSGI_BAD;
	*rest = after;
	return UWSGI_PAIR;
}

#endif
