/* SPDX-License-Identifier: BSD-2-Clause */
/* The nodes that a key of a subscription server has now. */
#ifndef ADMIN_V1_KEY_STATUS_H
#define ADMIN_V1_KEY_STATUS_H

#include <stdbool.h>

#include "core/base.h"

struct arena;
struct node;
struct object;
struct text;

/* Appends them as a JSON object. false: there are none. `server` NULL: there is no such server. */
bool v1_key_status_print(const struct object *server, const char *key,
			 struct text *out) MUST_CHECK;
/* The same as a tree; NULL: there are none. */
struct node *v1_key_status(const struct object *server, const char *key, struct arena *arena);

#endif
