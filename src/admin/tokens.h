/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tokens of the API: who has one, what it allows, and for which services. A line of the file
 * is "name role sha256:HEX [glob...]"; the file has no secrets, only their SHA-256. A table is
 * counted: a request keeps the one that it was let in by, whatever a reload reads meanwhile.
 */
#ifndef ADMIN_TOKENS_H
#define ADMIN_TOKENS_H

#include <stdbool.h>
#include <stddef.h>

#include "admin/http_access.h"
#include "core/base.h"
#include "core/slice.h"

#define TOKENS_HASH 32	/* bytes of a SHA-256 */

struct token {
	const char      *name;
	enum http_access access;
	unsigned char    hash[TOKENS_HASH];
	const char     **globs;		/* of services that it may change; none: all */
	unsigned         glob_count;
};

struct tokens;

/* NULL: a line is wrong, and `why` says which and what would be right: "3: ...". */
struct tokens *tokens_parse(struct slice text, char *why, size_t size);
struct tokens *tokens_hold(struct tokens *tokens);
void tokens_release(struct tokens *tokens);	/* NULL is allowed */

/* The row of a secret, compared in constant time; NULL: there is none. */
const struct token *tokens_find(const struct tokens *tokens, struct slice secret);
/* Whether it may change the service; NULL: what concerns no service. */
bool tokens_match(const struct token *token, const char *service);
const char *tokens_role(enum http_access access);	/* "operate" */

#endif
