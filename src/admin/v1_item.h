/* SPDX-License-Identifier: BSD-2-Clause */
/* A PUT or PATCH of an item of a cache, and what is there; for v1_item*.c. */
#ifndef ADMIN_V1_ITEM_H
#define ADMIN_V1_ITEM_H

#include <stdbool.h>

#include "admin/cached_json.h"
#include "admin/v1_live.h"
#include "core/base.h"

struct arena;
struct node;
struct object;

struct v1_item_call {
	struct http_request         *r;
	const struct route_captures *captures;
	const struct object         *cache;
	const struct node           *body;
	struct arena                *arena;
	const struct cached_item    *now;	/* NULL: there is none */
	bool                         configured;
};

static inline bool v1_item_is_live(const struct v1_item_call *c)
{
	return c->now != NULL && c->now->origin == CACHE_LIVE && !c->configured;
}

/* Value and end of the live item that the body means. false: answered. */
bool v1_item_read(const struct v1_item_call *c, struct v1_live *item) MUST_CHECK;
/* For an entry, which is not to be in force without being there. */
bool v1_item_has_room(const struct v1_item_call *c) MUST_CHECK;

#endif
