/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A line of a mapping file: key[,modifier1] and any number of addresses, as those of
 * core/cache_value.h, separated by blanks. Source of the format: mapping files of uWSGI's
 * --subscribe-to SERVER:@FILE, whose lines are keys; addresses are ours.
 */
#ifndef CORE_MAP_LINE_H
#define CORE_MAP_LINE_H

#include "core/base.h"
#include "core/slice.h"

#define MAP_LINE_VALUE 15000	/* bytes of a value */

enum map_line {
	MAP_LINE_ITEM,	/* *key points into the line, *value into `out` */
	MAP_LINE_NONE,	/* blank, or a comment, which begins with # */
	MAP_LINE_BAD,	/* `why` (CACHE_VALUE_WHY bytes) says it */
};

/* `nodes`: the value of a line without an address; NULL: such a line is bad. */
enum map_line map_line_read(struct slice line, const char *nodes, struct slice *key,
			    char out[MAP_LINE_VALUE], struct slice *value, char *why);

#endif
