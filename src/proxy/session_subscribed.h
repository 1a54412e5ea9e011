/* SPDX-License-Identifier: BSD-2-Clause */
/* A subscribed node for a session: the part of session_route.c that asks subscription servers. */
#ifndef PROXY_SESSION_SUBSCRIBED_H
#define PROXY_SESSION_SUBSCRIBED_H

#include "core/base.h"

struct backend;
struct node_route;
struct session;

/* Counted and held; NULL: the route has none (any more). `walk.named` says whether it had one. */
struct backend *session_subscribed_take(struct session *s, const struct node_route *r) MUST_CHECK;

#endif
