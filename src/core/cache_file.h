/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The file that the items of a cache survive a restart in. Numbers are little endian.
 *
 *     "heddle cache 1\n"
 *     for each item: its end (8 bytes, milliseconds since 1970; 0: none), lengths of key and value
 *     (2 bytes each), key, value
 *     an end of 2^64 - 1, then xxh64 of all before it (8 bytes)
 */
#ifndef CORE_CACHE_FILE_H
#define CORE_CACHE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base.h"
#include "core/slice.h"
#include "core/xxh64.h"

#define CACHE_FILE_ROOM 65536

/* A file under way, in either direction. */
struct cache_file {
	int          fd;
	struct xxh64 sum;
	size_t       len, at;	/* of `bytes`: how many there are, and which is next */
	char         bytes[CACHE_FILE_ROOM];
};

/* They write; false with errno. The descriptor stays the caller's. */
bool cache_file_begin(struct cache_file *f, int fd) MUST_CHECK;
bool cache_file_put(struct cache_file *f, uint64_t end, struct slice key,
		    struct slice value) MUST_CHECK;
bool cache_file_finish(struct cache_file *f) MUST_CHECK;

/* They read; false: it is no such file. */
bool cache_file_open(struct cache_file *f, int fd) MUST_CHECK;
enum cache_file_next {
	CACHE_FILE_ITEM,	/* the slices are valid until the next call */
	CACHE_FILE_END,		/* that was all, and the sum is right */
	CACHE_FILE_DAMAGED,
};
enum cache_file_next cache_file_next(struct cache_file *f, uint64_t *end, struct slice *key,
				     struct slice *value);

#endif
