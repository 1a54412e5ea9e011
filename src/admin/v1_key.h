/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A key of a subscription server: what is configured of it is an object as any other, and what
 * has announced itself is there besides.
 */
#ifndef ADMIN_V1_KEY_H
#define ADMIN_V1_KEY_H

#include <stdbool.h>

#include "admin/route.h"
#include "core/base.h"

struct arena;
struct node;
struct object;

/* Where it is done in another way than for other objects. false: it is to be done as for those. */
bool v1_key_serve(struct http_request *r, const struct route_captures *captures,
		  const char *path) MUST_CHECK;
/* The nodes of the key now, as `status` of the object. NULL: none. */
struct node *v1_key_status(const struct object *server, const char *key, struct arena *arena);

#endif
