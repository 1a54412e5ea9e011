/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests that take one word, or none: as {"name": WORD} in the body, or ?name=WORD. */
#ifndef ADMIN_V1_WORD_H
#define ADMIN_V1_WORD_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base.h"

struct http_request;

/* "": there is none. false: the body, or the word, is something else; not answered. */
bool v1_word_read(struct http_request *r, const char *name, char *word, size_t size) MUST_CHECK;

#endif
