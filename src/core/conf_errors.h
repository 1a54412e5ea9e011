/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is wrong with a configuration: every error and warning with its place,
 * in the order of the files, in the form that editors and CI read. Whoever
 * finds a mistake tells it here and goes on looking.
 */
#ifndef CORE_CONF_ERRORS_H
#define CORE_CONF_ERRORS_H

#include <stddef.h>

#include "core/base.h"
#include "core/slice.h"

struct arena;
struct node;
struct text;

enum conf_level { CONF_ERROR, CONF_WARNING };

struct conf_error {
	enum conf_level level;
	const char     *file;	/* NULL: not in a file */
	unsigned        line, column;	/* 0: the file as a whole */
	const char     *path;	/* "services.web.listen", "" at the top */
	const char     *message;	/* what is wrong and what would be right */
	const char     *expected, *got, *nearest;	/* each may be NULL */
	unsigned        rank, order;	/* of its file, and of telling */
};

struct conf_errors {
	struct arena      *arena;	/* owns every text */
	struct conf_error *list;
	size_t             count, room;
	unsigned           errors, warnings;
	const char       **files;	/* that were read, in that order */
	size_t             file_count, file_room;
};

void conf_errors_init(struct conf_errors *e, struct arena *arena);
void conf_errors_close(struct conf_errors *e);	/* forgets all; the memory is the arena's */

/*
 * `node` (may be NULL) gives the place; nothing is added for one that is `told`. The message is
 * formatted into the arena. Returns the row.
 */
struct conf_error *conf_fail(struct conf_errors *e, enum conf_level level, const struct node *node,
			     const char *path, const char *fmt, ...) PRINTF(5, 6);

/* A file was read: its errors come behind those of the files before it. */
void conf_errors_file(struct conf_errors *e, const char *name);

/* Where a node stands: "heddle.yaml:14", or that it came by the API. In `arena`. */
const char *conf_errors_where(struct arena *arena, const struct node *node);

/* By file, line and column. conf_errors_print() and conf_errors_json() say them as they are. */
void conf_errors_sort(struct conf_errors *e);

/* gcc form, one line an error: "heddle.yaml:14:5: error: services.web.balence: unknown key; ..." */
void conf_errors_print(const struct conf_errors *e, struct text *out);
/* The same as a JSON array of objects (-t -o json, the API). */
void conf_errors_json(const struct conf_errors *e, struct text *out);

/* A value for a message: at most 80 bytes of it, printable, in `arena`. */
const char *conf_show(struct arena *arena, struct slice value);

/*
 * The word of `list` (NULL at the end) that is nearest to what was written;
 * NULL when none is near enough to be meant.
 */
const char *conf_nearest(struct slice written, const char *const *list);

#endif
