/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uWSGI's ini files, as bytes: sections, `key = value`, `key` alone, comments at the beginning of
 * a line. Opens no file and knows no option. Quotes and blanks inside of a value, and a `#` or `;`
 * behind it, belong to the value, as they do there.
 */
#ifndef COMPAT_UWSGI_INI_H
#define COMPAT_UWSGI_INI_H

#include <stdbool.h>

#include "core/base.h"
#include "core/slice.h"

struct text;

struct uwsgi_ini {
	struct slice rest;	/* what is still to be read */
	struct slice section;	/* the one that is asked for */
	bool         inside;	/* the lines that come next belong to it */
	bool         found;	/* a pair of it was returned */
	unsigned     line;	/* number of the last line that was read; the first is 1 */
};

struct uwsgi_ini_pair {
	struct slice key, value;	/* in the text; neither begins nor ends with blanks */
	bool         has_value;		/* there is a `=` */
	unsigned     line;
};

/* The text and the name of the section ("uwsgi") must outlive the reader. */
void uwsgi_ini_open(struct uwsgi_ini *ini, struct slice text, struct slice section);
/* The next pair of the section; false: there is none. */
bool uwsgi_ini_next(struct uwsgi_ini *ini, struct uwsgi_ini_pair *pair) MUST_CHECK;

/*
 * Splits "FILE:section" at its last colon. Without a section, or with an empty one, it is "uwsgi".
 */
void uwsgi_ini_split(struct slice argument, struct slice *file, struct slice *section);

/*
 * What a placeholder stands for. `kind` is '(' for `%(name)`, '$' for `$(NAME)`, or the letter
 * behind a percent sign. NULL: nothing.
 */
typedef const char *uwsgi_ini_find(char kind, struct slice name, void *arg);
/*
 * Appends the value to `out`, with `%%` as one percent sign and for placeholders what `find` says
 * (NULL: nothing). false: one stands for nothing, is `@(file)`, or there is a NUL; *why says so in
 * a sentence. What a placeholder stands for is not expanded again.
 */
bool uwsgi_ini_expand(struct slice value, uwsgi_ini_find *find, void *arg, struct text *out,
		      const char **why) MUST_CHECK;

#endif
