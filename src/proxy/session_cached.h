/* SPDX-License-Identifier: BSD-2-Clause */
/* A node that the item of a cache names: core/cache_item.h. */
#ifndef PROXY_SESSION_CACHED_H
#define PROXY_SESSION_CACHED_H

#include "core/base.h"

struct backend;
struct node_route;
struct session;

/* Counted and held; NULL: the route has none (any more). `walk.named` says whether it had one. */
struct backend *session_cached_take(struct session *s, const struct node_route *r) MUST_CHECK;

#endif
