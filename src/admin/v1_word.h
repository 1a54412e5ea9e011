/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests that take some words, or none: as {"name": WORD} in the body, or ?name=WORD. */
#ifndef ADMIN_V1_WORD_H
#define ADMIN_V1_WORD_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base.h"

struct http_request;

struct v1_word {
	const char *name;
	char       *to;		/* "": there is none */
	size_t      size;	/* bytes, with the NUL */
};

/*
 * All in the query, or all in the body. false: the body, or a word, is something else; not
 * answered.
 */
bool v1_words_read(struct http_request *r, const struct v1_word words[], size_t count) MUST_CHECK;
/* "": there is none. false: the body, or the word, is something else; not answered. */
bool v1_word_read(struct http_request *r, const char *name, char *word, size_t size) MUST_CHECK;

#endif
