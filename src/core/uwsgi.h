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

#include <stddef.h>

#include "core/slice.h"

#define UWSGI_HEADER 4
#define UWSGI_BLOCK_MAX 65535

/* Bytes of the block, which the UWSGI_HEADER bytes at `header` declare. */
size_t uwsgi_block_size(const char *header);

enum uwsgi_next {
	UWSGI_PAIR,	/* *name, never empty, and *value, perhaps empty, point into the block */
	UWSGI_END,
	UWSGI_BAD,	/* a length goes beyond the block, or a name is empty; *rest is as before */
};

/* Takes the next pair off the front of the block. */
enum uwsgi_next uwsgi_next(struct slice *rest, struct slice *name, struct slice *value);

#endif
