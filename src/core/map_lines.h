/* SPDX-License-Identifier: BSD-2-Clause */
/* The lines of a mapping file, read in pieces: for who must not stand still meanwhile. */
#ifndef CORE_MAP_LINES_H
#define CORE_MAP_LINES_H

#include <stdint.h>

#include "core/base.h"
#include "core/slice.h"

struct map_lines {
	char    *bytes;		/* NULL: not begun */
	size_t   len;		/* bytes of a line whose end has not come */
	uint32_t number;	/* of the last line, from 1 */
	bool     skipping;	/* the rest of one that is too long */
};

struct map_lines_user {
	/* A line without its end; `why` not NULL: it is too long, and not there. */
	void (*take)(void *arg, uint32_t number, struct slice line, const char *why);
	void  *arg;
};

/*
 * A mapping file: a regular file that can be read without waiting. Returns its descriptor, or -1:
 * *why says it, for as long as strerror() does.
 */
int map_lines_open(const char *path, const char **why);

void map_lines_begin(struct map_lines *l);
/* Frees. One that was not begun is allowed. */
void map_lines_end(struct map_lines *l);

/*
 * Reads a piece, at most 64 kB, and calls `user` for each line in it. Returns 1: there may be
 * more; 0: that was all; -1 and errno: nothing more can be read.
 */
int map_lines_read(struct map_lines *l, int fd, const struct map_lines_user *user);

#endif
