/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A language of scripts: a shared object, heddle-NAME.so, with one symbol. It is loaded by the
 * processes that run or check one script, and by no other. It uses nothing of heddle but what is
 * said here, so that heddle itself needs no language.
 */
#ifndef LANGUAGE_LANGUAGE_H
#define LANGUAGE_LANGUAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base.h"
#include "core/slice.h"

#define LANGUAGE_SYMBOL "heddle_language"
#define LANGUAGE_VERSION 1	/* of this file: heddle and the shared object must agree */

#define LANGUAGE_TEXT 4096	/* bytes of an answer, and of a sentence with its NUL */

/* A sentence, and the line of the script that it is about; 0: none. */
struct language_error {
	char     text[512];
	unsigned line;
};

enum language_result {
	LANGUAGE_FOUND,		/* out->text has an answer of out->len bytes, one or more */
	LANGUAGE_UNKNOWN,	/* None, nil, an empty answer */
	LANGUAGE_FAILED,	/* out->text has a sentence; a traceback is on standard error */
};

struct language_answer {
	size_t len;
	char   text[LANGUAGE_TEXT];
};

struct language_script {
	const char *file;	/* an absolute path */
	const char *function;	/* NULL: only what is outside of functions is run */
};

/* One operation on a cache of heddle, as the functions of uWSGI have it. */
struct language_cache {
	const char  *command;	/* "get", "set", "update", "exists", "del", "clear" */
	struct slice key, value;
	unsigned long expires;	/* seconds; 0: never */
	struct slice cache;	/* its name; empty: the first one */
};

enum language_cache_result {
	LANGUAGE_CACHE_OK,
	LANGUAGE_CACHE_NO,	/* no such item, or it is there already, or it cannot be kept */
	LANGUAGE_CACHE_ERROR,	/* error->text says why it could not be asked */
};

/* What a script may use of heddle. */
struct language_host {
	/* *value: of "get", until the next call. */
	enum language_cache_result (*cache)(const struct language_cache *request,
					    struct slice *value, struct language_error *error);
};

struct language {
	unsigned version;	/* LANGUAGE_VERSION */
	/* Compiles it and looks for the function; runs nothing of it. false: *error. */
	bool (*check)(const struct language_script *script, struct language_error *error);
	/* Runs what is outside of functions, once. false: *error. */
	bool (*load)(const struct language_script *script, const struct language_host *host,
		     struct language_error *error);
	enum language_result (*call)(struct slice key, struct language_answer *out);
	/* Around a wait for the next call: threads of the script may run. NULL: it has none. */
	void (*release)(void);
	void (*acquire)(void);
};

#endif
