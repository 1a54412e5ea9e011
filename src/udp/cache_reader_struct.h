/* SPDX-License-Identifier: BSD-2-Clause */
/* The reading of a mapping file: cache_reader.h. */
#ifndef UDP_CACHE_READER_STRUCT_H
#define UDP_CACHE_READER_STRUCT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/map_lines.h"
#include "event/timer.h"

struct cache;

struct cache_reader {
	struct timer  timer;
	struct cache *cache;
	int           fd;	/* -1: nothing is being read */
	struct map_lines lines;
	uint64_t      number;	/* of this reading, or the last one */
	bool          whole;	/* ... which has come to its end */
	unsigned      items, bad;	/* lines that are used, and that are not */
	unsigned      repeated;	/* lines with the key of one before them */
	bool          keeps;	/* live items in the place of lines */
	bool          full;	/* there was no room for a line */
	unsigned      gone;	/* lines of earlier readings that were found afterwards */
};

#endif
