/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Paths of shuttle's API as its router takes them: percent escapes are decoded first, so that an
 * encoded slash separates too; a path with //, . or .. is answered with the clean one.
 */
#ifndef ADMIN_SHUTTLE_PATH_H
#define ADMIN_SHUTTLE_PATH_H

#include <stdbool.h>

struct text;

#define SHUTTLE_PATH_BYTES 512

struct shuttle_path {
	unsigned count;		/* of its names: / has none, /web/one has 2; 3: there are more */
	const char *name[2];	/* in the bytes of the path */
};

/* Splits a decoded path in place. A slash at the end is an empty name more. */
void shuttle_path_split(char *path, struct shuttle_path *to);

/* Whether the decoded path is not clean; `out` gets the clean one, percent-encoded. */
bool shuttle_path_clean(const char *path, struct text *out);

/* Whether the path belongs to heddle's own tree: _v1, _health, _page, metrics. */
bool shuttle_path_ours(const char *path);

#endif
