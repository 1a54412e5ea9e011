/* SPDX-License-Identifier: BSD-2-Clause */
#include "compat/uwsgi_words.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/arena.h"

void uwsgi_words_set(struct uwsgi_words *words, struct slice name, const char *value,
		     const char *where)
{
	struct uwsgi_word *w = arena_alloc(words->arena, sizeof(*w));

	*w = (struct uwsgi_word){ .name = arena_copy(words->arena, name), .value = value,
				  .where = where, .before = words->last };
	if (words->last != NULL)
		words->last->next = w;
	else
		words->first = w;
	words->last = w;
}

/* The last one counts; those before it that have the same name are no mistakes either. */
static const char *named(const struct uwsgi_words *words, struct slice name)
{
	const char *value = NULL;

	for (struct uwsgi_word *w = words->last; w != NULL; w = w->before) {
		if (!slice_is(name, w->name))
			continue;
		w->used = true;
		value = value == NULL ? w->value : value;
	}
	return value;
}

static const char *environment(const struct uwsgi_words *words, struct slice name)
{
	return getenv(arena_copy(words->arena, name));
}

static const char *host(const struct uwsgi_words *words)
{
	char name[256];

	if (gethostname(name, sizeof(name)) != 0)
		return NULL;
	name[sizeof(name) - 1] = '\0';
	return arena_strdup(words->arena, name);
}

static const char *folder(const struct uwsgi_words *words)
{
	char here[PATH_MAX];

	return getcwd(here, sizeof(here)) != NULL ? arena_strdup(words->arena, here) : NULL;
}

/* The name of the folder that the part of the path up to `end`, a slash, leads to. */
static struct slice last_folder(const char *path, const char *end)
{
	const char *begin = end;

	while (begin > path && begin[-1] != '/')
		begin--;
	return (struct slice){ begin, (size_t)(end - begin) };
}

/* The path of the file in parts: the folder, that folder's name, the file's name, that in two. */
static const char *of_file(const struct uwsgi_words *words, char kind)
{
	char real[PATH_MAX];
	const char *path = realpath(words->file, real) != NULL ? real : words->file;
	const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;
	const char *dot = strrchr(name, '.');
	struct slice part = slice_of(name);

	if (kind == 'p')
		part = slice_of(path);
	else if (kind == 'd')
		part = (struct slice){ path, (size_t)(name - path) };
	else if (kind == 'c')
		part = last_folder(path, slash != NULL ? slash : path);
	else if (kind == 'n' && dot != NULL)
		part.len = (size_t)(dot - name);
	else if (kind == 'e')
		part = slice_of(dot != NULL ? dot + 1 : "");
	return arena_copy(words->arena, part);
}

const char *uwsgi_words_find(char kind, struct slice name, void *words)
{
	switch (kind) {
	case '(':
		return named(words, name);
	case '$':
		return environment(words, name);
	case 'h':
		return host(words);
	case 'v':
		return folder(words);
	case 'p':
	case 'd':
	case 'c':
	case 's':
	case 'n':
	case 'e':
		return of_file(words, kind);
	default:
		return NULL;
	}
}

void uwsgi_words_unused(const struct uwsgi_words *words,
			void (*unknown)(struct slice name, const char *where, void *arg),
			void *arg)
{
	for (const struct uwsgi_word *w = words->first; w != NULL; w = w->next) {
		if (w->where != NULL && !w->used)
			unknown(slice_of(w->name), w->where, arg);
	}
}
