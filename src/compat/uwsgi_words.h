/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What placeholders of uWSGI's ini files stand for: %(name) is the last value of that key, whether
 * it is an option or not; $(NAME) comes from the environment; %d and its like from the path of the
 * file. A key that is no option and that no placeholder names is a mistake.
 */
#ifndef COMPAT_UWSGI_WORDS_H
#define COMPAT_UWSGI_WORDS_H

#include <stdbool.h>

#include "compat/uwsgi_ini.h"
#include "core/slice.h"

struct arena;

struct uwsgi_word {
	const char        *name, *value;
	const char        *where;	/* of one that is no option; NULL: it is one */
	bool               used;
	struct uwsgi_word *next, *before;
};

struct uwsgi_words {
	struct arena      *arena;
	struct uwsgi_word *first, *last;
	const char        *file;	/* that is being read */
};

/* `value` and `where` stay. */
void uwsgi_words_set(struct uwsgi_words *words, struct slice name, const char *value,
		     const char *where);
/* For uwsgi_ini_expand(), with these words as its argument. */
const char *uwsgi_words_find(char kind, struct slice name, void *words);
/* Calls `unknown` for each that is no option and was not used, in their order. */
void uwsgi_words_unused(const struct uwsgi_words *words,
			void (*unknown)(struct slice name, const char *where, void *arg),
			void *arg);

#endif
