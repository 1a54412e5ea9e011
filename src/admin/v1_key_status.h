/* SPDX-License-Identifier: BSD-2-Clause */
/* What is behind a key now: nodes of a subscription server, or the item of a cache. */
#ifndef ADMIN_V1_KEY_STATUS_H
#define ADMIN_V1_KEY_STATUS_H

#include <stdbool.h>

#include "core/base.h"

struct arena;
struct node;
struct object;
struct text;

/* Appends it as a JSON object. false: nothing. `owner` NULL: there is no such server or cache. */
bool v1_key_status_print(const struct object *owner, const char *key,
			 struct text *out) MUST_CHECK;
/* The same as a tree; NULL: nothing. */
struct node *v1_key_status(const struct object *owner, const char *key, struct arena *arena);

#endif
